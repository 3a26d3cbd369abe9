"""Pictures become arrays as Pillow alone would make them, and what was done to them is said."""

import struct
import subprocess
import sys
import threading
import time
import zlib

import numpy as np
import pytest
from PIL import Image, ImageOps

from cnn_tui.data.formats import pictures
from cnn_tui.data.formats.recognise import recognise
from cnn_tui.data.read import read_images
from cnn_tui.spec.data import Reading, Source
from tests.data.pictures import encoded, folder_of, notes, opened, png, random_picture, sentence


def test_one_picture_is_one_image_without_a_label(tmp_path):
    picture = random_picture(5, 7)
    path = folder_of(tmp_path, {"one.png": encoded(picture, "PNG")}) / "one.png"
    held = opened(path)
    assert recognise(path) == "image"
    assert np.array_equal(held.values, np.asarray(picture)[np.newaxis])
    assert (held.labels, held.facts.format, held.facts.names) == (None, "picture", ("one.png",))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF"])
def test_every_kind_gives_the_pixels_that_pillow_gives(tmp_path, kind):
    content = encoded(random_picture(), kind)
    folder_of(tmp_path, {"x": content})
    with Image.open(tmp_path / "x") as picture:
        expected = np.asarray(picture.convert("RGB"))
    assert np.array_equal(opened(tmp_path / "x").values[0], expected)


@pytest.mark.parametrize("name", ["x.PNG", "x", "x.jpg", "x.unknown"])
def test_content_decides_and_not_the_name(tmp_path, name):
    held = opened(folder_of(tmp_path, {f"cat/{name}": png()}))
    assert held.facts.names == (f"cat/{name}",)


@pytest.mark.parametrize("mode", ["1", "L", "LA"])
def test_grey_pictures_have_one_channel(tmp_path, mode):
    picture = random_picture(mode="L").convert(mode)
    held = opened(folder_of(tmp_path, {"x.png": encoded(picture, "PNG")}))
    assert np.array_equal(held.values[0, ..., 0], np.asarray(picture.convert("L")))


@pytest.mark.parametrize("mode", ["P", "RGBA", "RGB"])
def test_a_picture_in_colour_makes_all_rgb(tmp_path, mode):
    grey, other = random_picture(mode="L"), random_picture().convert(mode)
    held = opened(folder_of(tmp_path, {"1.png": encoded(grey, "PNG"), "2.png": encoded(other, "PNG")}))
    assert np.array_equal(held.values, [np.asarray(picture.convert("RGB")) for picture in (grey, other)])


@pytest.mark.parametrize(("colour", "mode"), [("grey", "L"), ("rgb", "RGB"), ("rgba", "RGBA")])
def test_channels_that_are_asked_for_are_made(tmp_path, colour, mode):
    picture = random_picture()
    held = opened(folder_of(tmp_path, {"1.png": encoded(picture, "PNG")}), colour=colour)
    assert np.array_equal(held.values[0], np.asarray(picture.convert(mode)).reshape(4, 6, -1))


def test_every_mode_is_converted_and_counted(tmp_path):
    modes = {"1": "PNG", "L": "PNG", "LA": "PNG", "P": "PNG", "RGB": "PNG", "RGBA": "PNG", "CMYK": "JPEG"}
    files = {f"{mode}": encoded(random_picture().convert(mode), kind) for mode, kind in modes.items()}
    held = opened(folder_of(tmp_path, files))
    assert held.values.shape == (7, 4, 6, 3)
    assert notes(held) == {
        "converted": "6 pictures were made RGB: 1 1, 1 CMYK, 1 L, 1 LA, 1 P, 1 RGBA.",
        "transparency": "2 pictures are partly transparent and were made opaque. "
        "Say --colour rgba to keep the transparency.",
    }


def test_16_bits_are_scaled_to_8(tmp_path):
    values = np.array([[0, 128, 129, 257, 32_896, 65_535]], np.uint16)
    held = opened(folder_of(tmp_path, {"x.png": encoded(Image.fromarray(values), "PNG")}))
    assert held.values[0, 0, :, 0].tolist() == np.rint(values[0] / 257).astype(int).tolist()
    assert notes(held) == {"16-bit": "1 picture is 16-bit grey and was scaled to 8 bits."}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_turned_as_their_exif_says(tmp_path, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = encoded(random_picture(), "JPEG", exif=exif)
    folder_of(tmp_path, {"x.jpg": content})
    with Image.open(tmp_path / "x.jpg") as picture:
        expected = np.asarray(ImageOps.exif_transpose(picture))
    held = opened(tmp_path / "x.jpg")
    assert np.array_equal(held.values[0], expected)
    turned = {} if orientation == 1 else {"turned": "1 picture is rotated by EXIF and was turned upright."}
    assert notes(held) == turned


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "PNG", "WEBP"])
def test_of_many_frames_the_first_is_read(tmp_path, kind):
    first, second = random_picture(mode="L", seed=1), random_picture(mode="L", seed=2)
    options = {"lossless": True} if kind == "WEBP" else {}
    content = encoded(first, kind, save_all=True, append_images=[second], **options)
    held = opened(folder_of(tmp_path, {"x": content}), colour="grey")
    assert np.abs(held.values[0, ..., 0].astype(int) - np.asarray(first)).max() <= 1
    assert notes(held)["frames"] == "1 picture is of several frames and was read up to the first one."


SIZES = {"1.png": png(20, 30), "2.png": png(640, 480), "3.png": png(64, 60), "4.png": png(64, 60)}


def test_different_sizes_are_refused_with_a_proposal(tmp_path):
    root = folder_of(tmp_path / "pets", SIZES)
    assert sentence(lambda: opened(root)) == (
        "pets: the pictures have 3 sizes, from 20x30 to 640x480, most often 64x60 (height x width). Say --size 64x60."
    )
    folder_of(root, {"5.png": png(100, 90), "6.png": png(110, 80), "7.png": png(90, 90)})
    assert sentence(lambda: opened(root)).endswith("Say --size 96x96.")


@pytest.mark.parametrize("interpolation", ["bilinear", "nearest", "bicubic", "lanczos"])
@pytest.mark.parametrize("fit", ["squash", "crop", "pad"])
def test_resized_pictures_are_those_of_pillow(tmp_path, fit, interpolation):
    picture, size = random_picture(20, 30), (8, 9)
    method = Image.Resampling[interpolation.upper()]
    held = opened(
        folder_of(tmp_path, {"x.png": encoded(picture, "PNG")}), size=size, fit=fit, interpolation=interpolation
    )
    expected = {
        "squash": lambda: picture.resize((9, 8), method),
        "crop": lambda: ImageOps.fit(picture, (9, 8), method),
        "pad": lambda: ImageOps.pad(picture, (9, 8), method, color=(0, 0, 0)),
    }[fit]()
    assert np.array_equal(held.values[0], np.asarray(expected))
    assert notes(held) == {"resized": f"1 picture of 20x30 was resized to 8x9 ({fit}, {interpolation})."}


def test_resizing_is_said_with_the_sizes(tmp_path):
    held = opened(folder_of(tmp_path, SIZES), size=(64, 60))
    assert notes(held) == {
        "resized": "2 pictures of 2 sizes, from 20x30 to 640x480, were resized to 64x60 (squash, bilinear)."
    }
    assert held.facts.notes[0].rows == (0, 1)


def _damaged():
    good = png(40, 40)
    wrong = bytearray(good)
    wrong[good.index(b"IDAT") + 20] ^= 0xFF
    return {
        "1.png": good,
        "2.png": b"",
        "3.png": b"<html>404 Not Found</html>",
        "4.png": bytes(wrong),
        "5.jpg": encoded(random_picture(40, 40), "JPEG")[:-200],
        "6.png": good,
    }


def test_all_pictures_that_cannot_be_read_are_named_at_once(tmp_path):
    root = folder_of(tmp_path / "pets", _damaged())
    assert sentence(lambda: opened(root)) == (
        "pets: 4 of 6 pictures cannot be read: 2.png (is empty), 3.png (is no picture), 4.png (is damaged), "
        "5.jpg (breaks off). Repair or remove them, or say --skip-damaged."
    )


def test_damaged_pictures_are_left_out_when_asked(tmp_path):
    root = folder_of(tmp_path / "pets", {f"{name[0]}/{name}": content for name, content in _damaged().items()})
    held = opened(root, skip_damaged=True)
    assert held.facts.names == ("1/1.png", "6/6.png")
    assert held.labels.classes == ("1", "6")
    assert notes(held)["damaged"] == (
        "4 pictures that cannot be read were left out: 2/2.png (is empty), 3/3.png (is no picture), "
        "4/4.png (is damaged), 5/5.jpg (breaks off)."
    )


@pytest.mark.parametrize("name", ["2.png", "4.png"])
def test_when_none_can_be_read_leaving_out_is_no_way(tmp_path, name):
    root = folder_of(tmp_path / "pets", {name: _damaged()[name]})
    reason = {"2.png": "is empty", "4.png": "is damaged"}[name]
    assert sentence(lambda: opened(root, skip_damaged=True)) == (
        f"pets: 1 of 1 picture cannot be read: {name} ({reason}). Repair or remove them, or say --skip-damaged."
    )


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(tmp_path):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    start = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 0, 0, 0, 0)
    content = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", start) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")
    )
    root = folder_of(tmp_path / "pets", {"bomb.png": content})
    begun = time.perf_counter()
    said = sentence(lambda: opened(root / "bomb.png"))
    assert said == "bomb.png: has too many pixels, more than 200,000,000. Give another picture, or copy it again."
    assert time.perf_counter() - begun < 2


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the peak of memory is counted otherwise")
def test_photos_of_60_megapixels_take_the_memory_of_two(tmp_path):
    photo = encoded(Image.new("RGB", (9000, 6700)), "JPEG")
    root = folder_of(tmp_path / "photos", {f"{'ab'[place % 2]}/{place}.jpg": photo for place in range(4)})
    code = (
        "import resource, sys\n"
        "from cnn_tui.data.read import read_images\n"
        "from cnn_tui.spec.data import Reading, Source\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "held, _ = read_images(Source(images=sys.argv[1]), Reading(size=(32, 32)))\n"
        "print(held.values.shape, *held.facts.notes)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code, root], capture_output=True, text=True, check=True)
    said, grown = ran.stdout.splitlines()
    assert said == "(4, 32, 32, 3) 4 pictures of 6700x9000 were resized to 32x32 (squash, bilinear)."
    assert int(grown) < 2 * 4 * 9000 * 6700 / 1024


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 20_000), (20_000, 1)])
def test_pictures_of_odd_proportions_are_read(tmp_path, height, width):
    assert opened(folder_of(tmp_path, {"x.png": png(height, width)})).values.shape == (1, height, width, 3)


@pytest.mark.parametrize("at_once", [1, 60_000, 10**9])
def test_decoding_ahead_keeps_the_order(tmp_path, monkeypatch, at_once):
    files = {f"{place}.png": png(130, 130, seed=place) for place in range(12)}
    monkeypatch.setattr(pictures, "AT_ONCE", at_once)
    monkeypatch.setattr(pictures, "_TOGETHER", 40_000)
    held = opened(folder_of(tmp_path, files))
    assert np.array_equal(held.values, [np.asarray(random_picture(130, 130, seed=place)) for place in range(12)])


def test_a_stop_ends_the_workers(tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "_TOGETHER", 1)
    root = folder_of(tmp_path, {f"{place}.png": png(130, 130) for place in range(30)})

    def stop(share):
        if share > 0.3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_images(Source(images=str(root)), Reading(), stop)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("decoding")]


def test_the_share_that_is_told_rises_to_one(tmp_path):
    told = []
    read_images(Source(images=str(folder_of(tmp_path, SIZES))), Reading(size=(8, 8)), told.append)
    assert told == sorted(told)
    assert told[-1] == 1
