"""Labels of any file that is no table of text: .npy, .npz, IDX, Parquet."""

from cnn_tui.data.classes import Labels
from cnn_tui.data.formats import arrays, idx, parquet
from cnn_tui.data.formats.label_arrays import labels_of
from cnn_tui.data.formats.recognise import recognise
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import AS_IT_COMES, Reading, Where


def read_label_array(where: Where, reading: Reading = AS_IT_COMES) -> Labels:
    """The labels that a file of numbers or words holds, or an array of it. Raises UserError."""
    match recognise(where.path):
        case "npy":
            return labels_of(arrays.stored_npy(where.path), where)
        case "npz":
            return labels_of(arrays.stored_npz(where), where)
        case "idx":
            return labels_of(idx.stored(where.path), where)
        case "parquet":
            return parquet.read_labels(where, reading)
    remedy = "Give a table or an array with one label for each image."
    raise UserError("holds no labels", Place(where.path, inside=where.inside), remedy)
