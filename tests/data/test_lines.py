import gzip
import os
import sys
from contextlib import suppress
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnn_tui.data.formats import lines as module
from cnn_tui.data.formats.lines import Lines, is_gzip, open_lines
from cnn_tui.errors import UserError


def read(path: Path) -> list[str]:
    with open_lines(path) as lines:
        return [line.rstrip("\n") for line in lines]


def sentence(path: Path) -> str:
    with pytest.raises(UserError) as caught:
        read(path)
    return caught.value.sentence


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_break_ends_a_line(write, end):
    assert read(write("a.tsv", end.join(["1", "2", "3", ""]))) == ["1", "2", "3"]


def test_the_last_line_needs_no_line_break_and_empty_lines_may_follow_it(write):
    assert read(write("a.tsv", "1\n2")) == read(write("b.tsv", "1\n2\n\n \n")) == ["1", "2"]


def test_a_mark_of_utf_8_is_no_part_of_the_first_line(write):
    assert read(write("a.tsv", b"\xef\xbb\xbfname\n1\n")) == ["name", "1"]


def test_a_gz_is_known_by_its_content_not_by_its_name(write, tmp_path):
    zipped = tmp_path / "plain.tsv"
    zipped.write_bytes(gzip.compress(b"1\n2\n"))
    plain = tmp_path / "zipped.tsv.gz"
    plain.write_bytes(b"1\n2\n")
    assert read(zipped) == read(plain) == ["1", "2"]
    assert is_gzip(zipped)
    assert not is_gzip(plain)


def test_a_gz_of_several_members_is_read_whole(tmp_path):
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"1\n") + gzip.compress(b"2\n"))
    assert read(path) == ["1", "2"]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), min_size=1)))
def test_lines_are_counted_as_an_editor_counts_them(tmp_path_factory, texts):
    texts = [f"{text}|" for text in texts]
    path = tmp_path_factory.mktemp("lines") / "a.txt"
    path.write_bytes("\n".join(texts).encode())
    with open_lines(path) as lines:
        assert [(lines.number, line.rstrip("\n"), lines.text) for line in lines] == [
            (number, text, text + ("\n" if number < len(texts) else "")) for number, text in enumerate(texts, start=1)
        ]


def test_a_file_that_is_not_there(tmp_path):
    assert sentence(tmp_path / "none.tsv") == "none.tsv: there is no such file. Check the path."
    with pytest.raises(UserError, match="there is no such file"):
        is_gzip(tmp_path / "none.tsv")


def test_a_folder(tmp_path):
    (tmp_path / "digits").mkdir()
    assert sentence(tmp_path / "digits") == "digits: is a folder. Give a file."


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_for_it_may_never_end(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert sentence(tmp_path / "pipe") == "pipe: is not a plain file. Copy what it holds to a file."


@pytest.mark.skipif(sys.platform != "linux", reason="the file that nobody may read is one of Linux")
def test_a_file_that_cannot_be_read():
    path = Path("/proc/self/mem")
    assert sentence(path) == "mem: cannot be read: Input/output error. Check the file and its permissions."


def test_a_name_that_is_too_long(tmp_path):
    path = tmp_path / ("n" * 300)
    assert sentence(path).endswith("cannot be read: File name too long. Check the file and its permissions.")


def test_an_empty_line_between_others_is_named(write):
    assert sentence(write("a.tsv", "1\n2\n\n\n3\n")) == (
        "a.tsv, line 3: is empty. Fill it in, or remove it from every table."
    )


def test_binary_data(write):
    assert sentence(write("a.tsv", b"1\n\x89PNG\0\0\n")) == (
        "a.tsv, line 2: holds binary data, not text: character 5 is a NUL byte. "
        "Give a table as text, such as .tsv or .csv."
    )


def test_bytes_that_are_not_utf_8(write):
    path = write("a.tsv", "café\nécaf".encode() + b"\xe9\n")
    assert sentence(path) == (
        "a.tsv, line 2: byte 6 is 0xE9, which is not UTF-8 text. "
        "Say --encoding latin-1 if it is that, or save the file as UTF-8."
    )


@pytest.mark.parametrize("name", ["a.tsv", "a.tsv.gz"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_text_that_says_how_it_is_written_is_read_so(write, name, encoding):
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    assert read(write(name, f"{mark}é\t２\n3\n".encode(encoding))) == ["é\t２", "3"]


def test_an_encoding_that_is_said_is_used(write):
    path = write("a.tsv", "café\n".encode("latin-1"))
    with open_lines(path, "latin-1") as lines:
        assert list(lines) == ["café\n"]


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n\ufeff"), max_size=50), st.integers(4, 9))
def test_letters_may_stand_across_blocks(tmp_path_factory, text, block):
    path = tmp_path_factory.mktemp("lines") / "a.txt"
    path.write_bytes(f"{text}|\n".encode("utf-16"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_BLOCK", block)
        assert read(path) == [f"{text}|"]


def test_utf_16_that_breaks_off(write):
    assert sentence(write("a.tsv", "1\t2\n".encode("utf-16")[:-1])) == (
        "a.tsv: is not whole UTF-16 text. Save the file as UTF-8."
    )


def test_comments_and_empty_lines_are_left_out_and_counted_if_so_said(write):
    with open_lines(write("a.tsv", "1\n\n# why\n2\n\n"), skips=True) as lines:
        assert [(lines.number, line) for line in lines] == [(1, "1\n"), (4, "2\n")]
        assert (lines.skipped, lines.first_skipped) == (2, 2)


def test_a_line_without_end(write, monkeypatch):
    monkeypatch.setattr(module, "LONGEST_LINE", 10)
    assert sentence(write("a.tsv", "1\n" + "1\t" * 10)) == (
        "a.tsv, line 2: is longer than 10 characters. Put each image on a line of its own."
    )


def test_a_gz_that_breaks_off_at_any_byte_is_refused(tmp_path):
    whole = gzip.compress(b"1\t2\n3\t4\n" * 20, mtime=0)
    path = tmp_path / "a.tsv.gz"
    for length in range(2, len(whole)):
        path.write_bytes(whole[:length])
        assert sentence(path) == "a.tsv.gz: breaks off: the .gz is not whole. Copy or download it again."


def test_a_gz_with_any_bit_changed_is_refused_or_read_as_before(tmp_path):
    whole = gzip.compress(b"1\t2\n3\t4\n5\t6\n", mtime=0)
    path = tmp_path / "a.tsv.gz"
    for place, bit in product(range(2, len(whole)), range(8)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << bit
        path.write_bytes(damaged)
        with suppress(UserError):
            assert read(path) == ["1\t2", "3\t4", "5\t6"]


def test_a_damaged_gz(tmp_path):
    whole = bytearray(gzip.compress(b"1\t2\n3\t4\n", mtime=0))
    whole[-6] ^= 1  # the checksum
    path = tmp_path / "a.tsv.gz"
    path.write_bytes(whole)
    assert sentence(path) == "a.tsv.gz: is a damaged .gz. Copy or download it again."


def test_a_gz_in_a_gz(write):
    assert sentence(write("a.tsv.gz", gzip.compress(b"1\n"))) == "a.tsv.gz: is gzipped twice. Unzip it once."


def test_a_gz_that_would_fill_the_memory_is_refused_early(write, monkeypatch):
    monkeypatch.setattr(module, "ALWAYS_ALLOWED", 2**20)
    path = write("bomb.gz", b"0\t0\n" * 2**20)
    given: list[int] = []
    with pytest.raises(UserError) as caught, open_lines(path) as lines:
        given.extend(len(line) for line in lines)
    assert caught.value.sentence == (
        "bomb.gz: becomes more than 200 times as large when it is unzipped. "
        "If that is meant, unzip it and give the plain file."
    )
    assert sum(given) < 2**21


def test_lines_know_where_they_stand(write):
    with open_lines(write("a.tsv", "1\n2\n3\n")) as lines:
        assert isinstance(lines, Lines)
        assert lines.number == 0
        iterator = iter(lines)
        next(iterator)
        next(iterator)
        assert (lines.number, lines.text) == (2, "2\n")
