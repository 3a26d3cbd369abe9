"""The places of the application, in the order of the work: the one list behind the rail, the keys and the modes."""

from msgspec import Struct


class PlaceInfo(Struct, frozen=True):
    """One place: what it is for, and the screen that it is."""

    digit: str
    key: str
    title: str
    purpose: str
    module: str
    screen: str


PLACES = (
    PlaceInfo("1", "data", "Data", "Look at the images before training on them", "data", "DataScreen"),
    PlaceInfo("2", "model", "Model", "Build the network, layer by layer", "model", "ModelScreen"),
    PlaceInfo("3", "train", "Train", "Start a run and watch it", "train", "TrainScreen"),
    PlaceInfo("4", "results", "Results", "See what it confuses, and how often", "results", "ResultsScreen"),
    PlaceInfo("5", "predict", "Predict", "Draw, or open images, and see what it says", "predict", "PredictScreen"),
    PlaceInfo("7", "runs", "Runs", "Every run: open, resume, stop, compare", "runs", "RunsScreen"),
)
