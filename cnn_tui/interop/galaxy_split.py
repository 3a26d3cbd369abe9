"""Galaxy's form "Deep learning training and evaluation": which rows are held out, which columns are read."""

from typing import Any

from cnn_tui.errors import UserError, one_of
from cnn_tui.interop.galaxy_forms import Form, typed
from cnn_tui.interop.galaxy_training import Told, listed

SPLITS = {"None": "in order", "simple": "shuffled", "stratified": "stratified", "group": "group"}
USUAL_SHARE = 0.2


def split(form: Form) -> Told:
    """Settings of the data."""
    scheme = form.at("experiment_schemes", "selected_exp_scheme") or "train_val"
    test = _held_out(form, "test_split")
    told = Told(notes=test.notes, cannot=test.cannot)
    if scheme == "train_val":
        told += Told({"split": test.settings["split"], "validation": test.settings["share"]})
    else:
        validation = _held_out(form, "val_split")
        shares = {"test_share": test.settings["share"], "validation": validation.settings["share"]}
        told += Told({"split": test.settings["split"], **shares}, validation.notes, validation.cannot)
        if validation.settings["split"] != test.settings["split"]:
            told += Told(notes=(f"{form.place}: both splits are made {test.settings['split']}, as that of the test.",))
    return told + _columns(form) + _swapped(form)


def _held_out(form: Form, key: str) -> Told:
    """How rows are held out, `split`, and which `share`."""
    algorithm = form.section("experiment_schemes", key, "split_algos")
    kind = SPLITS.get(str(algorithm.get("shuffle", "simple")))
    if kind is None:
        raise UserError(f"splits by {algorithm['shuffle']!s:.40}", form.place, f"Use {one_of(tuple(SPLITS))}.")
    size = typed("test_size", algorithm.get("test_size"), form.place)
    size = USUAL_SHARE if size is None else size
    if not isinstance(size, (int, float)) or isinstance(size, bool) or size < 0:
        raise UserError(f"has the test_size {size!s:.40}", form.place, "Use a share, such as 0.2.")
    seed = typed("random_state", algorithm.get("random_state"), form.place)
    notes = () if seed is None else (f"{form.place}: random_state {seed} is left out; the seed draws the rows too.",)
    cannot = []
    if kind == "group":
        cannot.append("a split by groups, which needs their file: --split group --groups FILE")
    if size >= 1:
        cannot.append(f"{size:,} rows held out, and this program holds out a share: --validation")
    return Told({"split": kind, "share": float(size) if size < 1 else USUAL_SHARE}, notes, tuple(cannot))


def _columns(form: Form) -> Told:
    """How the table of images is read: its header, and which of its columns."""
    inside = form.section("input_options")
    kind = inside.get("selected_input", "tabular")
    if kind != "tabular":
        return Told(notes=(f"{form.place}: input of the kind {kind!s:.40} is left out; --data says what is read.",))
    told = Told({"header": "yes"}) if typed("header1", inside.get("header1"), form.place) else Told()
    chosen = inside.get("column_selector_options_1")
    chosen = chosen if isinstance(chosen, dict) else {}
    how, columns = str(chosen.get("selected_column_selector_option", "all_columns")), chosen.get("col1")
    if how == "all_columns" or columns in (None, ""):
        return told
    names = ",".join(map(str, listed(columns)))
    return told + Told({"columns": f"all but {names}" if how.startswith("all_but") else names})


def _swapped(form: Form) -> Told:
    """Settings that the tool writes over those of the model before it trains."""
    cannot = []
    for one in listed(form.at("experiment_schemes", "hyperparams_swapping", "param_set")):
        name: Any = one.get("sp_name") if isinstance(one, dict) else None
        if name:
            cannot.append(f"another {name!s:.60}, {one.get('sp_value')!s:.40}: change it in the model")
    return Told(cannot=tuple(cannot))
