"""`cnn-tui model`: what it prints, makes and refuses."""

import json
from pathlib import Path

from cnn_tui.cli.main import run as run_command
from cnn_tui.shipped import shipped
from cnn_tui.spec.data import Data
from cnn_tui.spec.model_file import read_model
from tests.cli.conftest import Said
from tests.cli.test_commands import folder_of
from tests.discs import write_discs


def test_the_table_has_a_row_a_layer_and_what_it_costs(say: Said):
    code, out, err = say("model", "show", "resnet_small", "--batch", 128)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].split() == ["#", "Layer", "Settings", "Kernel", "Output", "Parameters", "Mult-adds", "Sees"]
    assert lines[2].split() == [
        "1",
        "Conv2D",
        "16",
        "·",
        "3x3",
        "·",
        "same",
        "·",
        "no",
        "bias",
        "3x3x1x16",
        "28x28x16",
        "144",
        "112,896",
        "3x3",
    ]
    assert lines[-3] == "175,706 parameters (174,778 trained), 20,183,936 multiply-adds an image"
    assert lines[-2] == "0.7 MB of weights, 168.5 MB of activations for 128 images"


def test_a_narrow_terminal_has_fewer_columns_and_whole_names(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert run_command(["model", "show", "mobilenet_small"]) == 0
    out = capsys.readouterr().out
    assert "BatchNormalization" in out
    assert "Kernel" not in out


def test_what_is_wrong_and_what_could_be_better_is_said(say: Said, tmp_path: Path):
    say("model", "new", "lenet_5", "lenet.json")
    model = json.loads(Path("lenet.json").read_text())
    model["config"]["layers"][1]["config"]["kernel_size"] = [4, 4]
    Path("lenet.json").write_text(json.dumps(model))
    advice = "Conv2D #1: kernel 4x4 has no centre, so padding same moves the image by half a pixel. Use kernel 5x5."
    assert say("model", "check", "lenet.json") == (
        0,
        "It holds together; data will show if it fits.\n",
        f"! {advice}\n",
    )
    answer = json.loads(say("model", "show", "lenet.json", "--json")[1])
    assert (answer["problems"], answer["advice"]) == ([], [advice])


def test_a_model_is_checked_against_data(say: Said, few_digits: Data):
    code, out, err = say("model", "check", "vgg_small", "--data", folder_of(few_digits))
    assert (code, out) == (0, "It can be trained on this data.\n")
    assert "436,650 parameters, more than the 313,600 values" in err
    code, out, err = say("model", "check", "signals_1d", "--data", folder_of(few_digits), "--json")
    assert code == 1
    assert json.loads(out)["problems"] == [
        "the model: takes 128x1 values but an image of this data has 784. Set its input to 784."
    ]


def test_a_preset_is_made_to_fit(say: Said, few_digits: Data):
    code, out, err = say("model", "new", "signals_1d", "--data", folder_of(few_digits))
    assert (code, out) == (0, "")
    assert err == ("input 128x1 is now 784\na Reshape makes it 784x1\nsignals_1d.json: 9 layers, 23,562 parameters\n")
    assert say("model", "check", "signals_1d.json", "--data", folder_of(few_digits))[0] == 0
    say("model", "new", "lenet_5", "small.json", "--input", "20,20,3", "--classes", 4)
    assert read_model(Path("small.json")).input_shape == (20, 20, 3)


def test_a_preset_is_made_to_tell_numbers_and_checked_with_them(say: Said, tmp_path: Path):
    write_discs(tmp_path / "discs", train=40, test=10)
    numbers = ("--data", tmp_path / "discs", "--targets", "numbers")
    code, _, err = say("model", "new", "lenet_5", "discs.json", *numbers)
    assert (code, "units 10 is now 1\n" in err, "softmax is now linear" in err) == (0, True, True)
    assert say("model", "check", "discs.json", *numbers)[1] == "It can be trained on this data.\n"
    assert "gives 1 values but the data has" not in say("model", "check", "discs.json", *numbers)[2]
    assert 'targets is "no"' in say("model", "check", "discs.json", "--data", tmp_path / "discs", "--targets", "no")[2]


def test_presets_are_listed_and_never_replace_a_file(say: Said):
    code, out, _ = say("model", "new")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()[1:]] == [
        path.stem for path in sorted(shipped("models").glob("*.json"), key=lambda path: out.index(f"{path.stem} "))
    ]
    Path("lenet_5.json").write_text("mine")
    assert say("model", "new", "lenet_5") == (1, "", "lenet_5.json: exists already. Give another name.\n")
    assert say("model", "new", "lenet5") == (1, "", 'There is no preset "lenet5". Did you mean "lenet_5"?\n')


def test_a_preset_is_trained_by_its_name(say: Said, few_digits: Data):
    words = ("train", "--data", folder_of(few_digits), "--model", "lenet_5", "--export-experiment", "asked.json")
    assert say(*words)[0] == 0
    assert json.loads(Path("asked.json").read_text())["model"]["config"]["name"] == "lenet_5"
