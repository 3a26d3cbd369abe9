"""Which files a few paths mean: names say what is images, labels, training and test; content says how it is read."""

from collections.abc import Sequence
from pathlib import Path

from cnn_tui.data.classes import shortened
from cnn_tui.data.formats.arrays import array_names
from cnn_tui.data.formats.lines import open_lines, unreadable
from cnn_tui.data.formats.picture_lists import is_list
from cnn_tui.data.formats.recognise import recognise
from cnn_tui.data.names import Thing, ending, only, thing
from cnn_tui.errors import Place, UserError
from cnn_tui.spec.data import INSIDE, Data, Source, Where, where
from cnn_tui.spec.report import PartName

EXPECTED = (
    "Give a folder with X_train, y_train and perhaps X_test, y_test; pictures in a folder for each class "
    "(cats/1.png, dogs/1.png), perhaps below train, valid and test; a table, .npz, .parquet, .zip or IDX file; "
    "or a file of images and a file of labels."
)
PARTS: tuple[PartName, ...] = ("train", "validate", "test")
_DELIMITERS = "\t,;|"


def find_data(paths: Sequence[str | Path]) -> Data:
    """The data that the paths name, all absolute: a folder, a file with what belongs to it beside it, or several.

    `::inside` names an array of an .npz or a folder of a .zip. Raises UserError that says what is expected.
    """
    try:
        return _find([thing(Where(place.path.absolute(), place.inside)) for place in map(where, map(str, paths))])
    except OSError as error:
        raise unreadable(Path(error.filename), error) from None


def _find(things: Sequence[Thing]) -> Data:
    for one in things:
        if not one.where.path.exists():
            raise UserError("there is no such file or folder", Place(one.where.path), "Check the path.")
    match things:
        case []:
            raise UserError("no data was given", "", EXPECTED)
        case [alone] if alone.where.path.is_dir():
            return _in_folder(alone.where.path)
        case [alone]:
            return _around(alone)
    return _in_their_parts(things) or _in_their_order(things)


def _in_folder(folder: Path) -> Data:
    """What lies in a folder: pairs of files, parts of pictures, files with labels in them, or folders of classes."""
    inside = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    files = [thing(Where(path)) for path in inside if path.is_file() and ending(path)]
    folders = [path for path in inside if path.is_dir()]
    named = _named(files, folder)
    if named and named.train.labels:
        return named
    if parted := _pictures(Where(folder)):
        return parted
    if named:
        return named
    lists = [one for one in files if is_list(one.where.path)]
    loose = lists or [one for one in files if not one.name.kind]
    loose = [one for one in loose if ending(one.where.path) != ".txt"] or loose
    if len(loose) == 1 and (lists or len(folders) < 2):
        return _around(loose[0])
    if folders or any(recognise(path) == "image" for path in inside if path.is_file()):
        return Data(train=Source(images=str(folder)))
    raise UserError("holds no images", Place(folder), EXPECTED)


def _pictures(place: Where) -> Data | None:
    """The parts of a folder or a zip of pictures, if it has a part for the training."""
    from cnn_tui.data.formats.folders import parts

    paths = parts(place)
    sources = {part: Source(images=paths[part]) for part in PARTS if part in paths}
    return _data(sources) if "train" in sources else None


def _named(things: Sequence[Thing], place: Path) -> Data | None:
    """The data set whose training things are there by their names. Raises UserError when there are several."""
    sets = dict.fromkeys(one.name.rest for one in things if one.name.kind or one.name.part)
    found = {rest: data for rest in sets if (data := _of_one_set([one for one in things if one.name.rest == rest]))}
    if () in found or len(found) < 2:
        return found.get((), next(iter(found.values()), None))
    names = shortened([" ".join(rest) for rest in found])
    raise UserError(f"holds several sets of data: {names}", Place(place), "Name the files to read.")


def _of_one_set(things: Sequence[Thing]) -> Data | None:
    """The parts that there are, if one is for the training."""
    train = _part(things, "train")
    if train is None and (train := _part(things, None)) and train.labels is None:
        return None  # a name that says nothing at all, such as notes.txt
    if train is None:
        return None
    others = {part: source for part in PARTS[1:] if (source := _part(things, part))}
    for part, source in list(others.items()):
        if source.labels is None and train.labels:
            raise _without_labels(next(one for one in things if one.name.part == part), part)
        if not _alike(train, source):
            del others[part]
    return _data({"train": train, **others})


def _without_labels(images: Thing, part: PartName) -> UserError:
    labels = f"y_{'valid' if part == 'validate' else part}"
    return UserError(f"has no {labels} beside it", images.place, "Add it, or give the two training files only.")


def _part(things: Sequence[Thing], part: PartName | None) -> Source | None:
    """The source of one part: images and labels, or what holds both."""
    mine = [one for one in things if one.name.part == part]
    images = only(mine, "images") or only(mine, None)
    return _source(images, only(mine, "labels")) if images else None


def _source(images: Thing, labels: Thing | None = None) -> Source:
    return Source(images=str(images.where), labels=str(labels.where) if labels else None)


def _data(sources: dict[PartName, Source]) -> Data:
    return Data(train=sources["train"], validate=sources.get("validate"), test=sources.get("test"))


def _alike(train: Source, other: Source) -> bool:
    """Whether both can hold labels beside their pixels: a table of fewer columns has none."""
    return train.labels is not None or _columns(train) == _columns(other)


def _columns(source: Source) -> int:
    """How many delimiters the first line of a table has; 0 of what is none."""
    path = where(source.images).path
    if recognise(path) != "table":
        return 0
    with open_lines(path) as lines:
        return sum(map(next(iter(lines), "").count, _DELIMITERS))


def _around(one: Thing) -> Data:
    """A file, and what belongs to it by its name: its partner, and other parts beside a training file."""
    path, inside = one.where
    kind = recognise(path)
    if kind == "npz":
        arrays = [thing(Where(path, name)) for name in array_names(path)]
        if inside:
            return Data(train=_with_partner(one, arrays))
        if named := _named(arrays, path):
            return named
        if len(arrays) > 1:
            raise _unclear(arrays)
    if kind == "zip" and not inside and (pictures := _pictures(one.where)):
        return pictures
    if inside or kind in ("zip", "image") or (kind == "list" and one.name.part != "train"):
        return Data(train=_source(one))
    beside = [thing(Where(other)) for other in sorted(path.parent.iterdir()) if ending(other) and other.is_file()]
    train = _with_partner(one, beside)
    return _data({"train": train, **(_siblings(one, train, beside) if one.name.part == "train" else {})})


def _with_partner(one: Thing, beside: Sequence[Thing]) -> Source:
    """Images with the labels that belong to them by their names; without labels of their own if there are none."""
    same = [other for other in beside if other.name[1:] == one.name[1:] and other.where != one.where]
    match one.name.kind:
        case "labels":
            if not (images := only(same, "images") or only(same, None)):
                raise UserError("its images were not found beside it", one.place, EXPECTED)
            return _source(images, one)
        case "images":
            return _source(one, only(same, "labels"))
    return _source(one, None if only(same, "images") else only(same, "labels"))


def _siblings(one: Thing, train: Source, beside: Sequence[Thing]) -> dict[PartName, Source]:
    """The validation and the test that belong to a training file by their names."""
    same = [other for other in beside if other.name.rest == one.name.rest]
    same = [other for other in same if ending(other.where.path) == ending(one.where.path)]
    found = {part: source for part in PARTS[1:] if (source := _part(same, part))}
    return {
        part: source
        for part, source in found.items()
        if bool(source.labels) == bool(train.labels) and _alike(train, source)
    }


def _unclear(arrays: Sequence[Thing]) -> UserError:
    """Says which arrays an .npz holds, and how to name two of them."""
    path, names = arrays[0].where.path, [one.title for one in arrays]
    first, second = (f"{path.name}{INSIDE}{name}" for name in names[:2])
    problem = f"holds the arrays {shortened(names)}, and their names do not say which are images and labels"
    return UserError(problem, Place(path), f"Name both, images first, such as {first} and {second}.")


def _in_their_parts(things: Sequence[Thing]) -> Data | None:
    """Training, validation and test by their names, if the names tell it of everything that was given."""
    if len(things) == 2 and things[0].name.kind and things[0].name.kind == things[1].name.kind:
        problem = f"holds {things[0].name.kind} by its name, as {things[0].title} does"
        raise UserError(problem, things[1].place, EXPECTED)
    if not all(one.name.part for one in things) or len({one.name[:2] for one in things}) < len(things):
        return None
    sources = {part: source for part in PARTS if (source := _part(things, part))}
    used = sum(1 + (source.labels is not None) for source in sources.values())
    if "train" not in sources or used < len(things):
        return None
    for part, source in sources.items():
        if source.labels is None and sources["train"].labels:
            raise _without_labels(next(one for one in things if one.name.part == part), part)
    return _data({part: _whole(source) for part, source in sources.items()})


def _in_their_order(things: Sequence[Thing]) -> Data:
    """Images and labels, once for each part; or three parts with labels in them; two folders are training and test."""
    folders = [one for one in things if one.where.path.is_dir()]
    if folders and len(folders) < len(things):
        raise UserError("is a folder among files", folders[0].place, EXPECTED)
    holds_labels = len(things) == 3 or (folders and len(things) == 2)
    if holds_labels and not any(one.name.kind == "labels" for one in things):
        sources = [_whole(_source(one)) for one in things]
        return _data(dict(zip(PARTS if len(things) == 3 else ("train", "test"), sources, strict=True)))
    if len(things) in (2, 4, 6) and not folders:
        pairs = [_pair(*things[place : place + 2]) for place in range(0, len(things), 2)]
        return _data(dict(zip(PARTS if len(pairs) == 3 else ("train", "test"), pairs, strict=False)))
    raise UserError(f"{len(things)} {'folders' if folders else 'files'} were given", "", EXPECTED)


def _pair(first: Thing, second: Thing) -> Source:
    """Images and labels by their names, or else in this order."""
    turned = first.name.kind == "labels" or second.name.kind == "images"
    return _source(second, first) if turned else _source(first, second)


def _whole(source: Source) -> Source:
    """The same; an .npz that holds images and labels is named by its arrays."""
    place = where(source.images)
    if source.labels or place.inside or place.path.is_dir() or recognise(place.path) != "npz":
        return source
    return _around(thing(place)).train
