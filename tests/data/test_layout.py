import pytest

from cnn_tui.data.formats.cells import is_number, is_word
from cnn_tui.data.formats.layout import look
from cnn_tui.errors import UserError
from cnn_tui.spec.data import Reading


@pytest.mark.parametrize("mark", ["\t", ",", ";", "|", " "])
@pytest.mark.parametrize("name", ["a.tsv", "a.csv"])
def test_the_delimiter_is_seen_in_the_data_whatever_the_name_of_the_file(write, mark, name):
    layout = look(write(name, f"1{mark}2{mark}3\n4{mark}5{mark}6\n"))
    assert (layout.delimiter, layout.width, layout.header) == (mark, 3, False)


def test_the_second_line_decides_for_names_may_hold_any_delimiter(write):
    layout = look(write("a.tsv", "width, cm\theight; cm\n1\t2\n"))
    assert (layout.delimiter, layout.names) == ("\t", ("width, cm", "height; cm"))


@pytest.mark.parametrize("other", ["\t", ";", "|"])
def test_what_stands_in_quotes_parts_nothing(write, other):
    layout = look(write("a.csv", f'"a{other}b",1\n"c",2\n'))
    assert (layout.delimiter, layout.first) == (",", (f"a{other}b", "1"))


def test_words_with_spaces_are_one_column(write):
    assert look(write("a.tsv", "hot dog\nsausage roll\n")).width == 1


def test_names_may_be_quoted_and_hold_the_delimiter(write):
    layout = look(write("a.csv", '"a, b","c"\n1,2\n'))
    assert (layout.names, layout.quoted) == (("a, b", "c"), False)


@pytest.mark.parametrize(
    ("first", "second", "header"),
    [
        ("a\tb", "1\t2", True),
        ("label\t1x1", "1\t2", True),
        ("1\tsix", "3\t4", True),
        ("1\t2", "3\t4", False),
        ("a\tb", "c\td", False),
        ("1\tnan", "3\t4", False),
        ("1\t", "3\t4", False),
        ("1e999\t1_000", "3\t4", False),
        ("0.5\t-inf", "3\t4", False),
        ("label\ta", "cat\t4", True),
        ("label\t1x1", "NA\t4", True),
        ("cat\t3", "dog\t4", False),
    ],
)
def test_a_first_line_with_a_word_above_numbers_is_a_header(write, first, second, header):
    assert look(write("a.tsv", f"{first}\n{second}\n")).header is header


def test_what_is_said_about_the_header_counts_more_than_what_is_seen(write):
    assert look(write("a.tsv", "1\t2\n3\t4\n"), Reading(header="yes")).names == ("1", "2")
    assert look(write("a.tsv", "a\tb\n3\t4\n"), Reading(header="no")).names == ()


@pytest.mark.parametrize("cell", ["0", "-1", "+1.5", ".5", "5.", "1e-3", " 7 ", "007", "3.4e38", "9" * 30])
def test_numbers(cell):
    assert is_number(cell)
    assert not is_word(cell)


@pytest.mark.parametrize(
    "cell", ["", " ", "1_000", "１２", "nan", "NaN", "inf", "-Infinity", "1e39", "0,5", "-", ".", "5%"]
)
def test_neither_numbers_nor_words(cell):
    assert not is_number(cell)
    assert not is_word(cell)


@pytest.mark.parametrize("cell", ["six", "pixel0", "28x28", "0x1f", "True", "é", "1 2 three"])
def test_words(cell):
    assert is_word(cell)
    assert not is_number(cell)


@pytest.mark.parametrize("content", ["", "\n", "\n \n\n", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("name", ["a.tsv", "a.tsv.gz"])
def test_a_file_that_holds_nothing(write, name, content):
    with pytest.raises(UserError) as caught:
        look(write(name, content))
    assert caught.value.sentence == f"{name}: is empty. Give a table with a line for each image."


def test_a_header_alone(write):
    with pytest.raises(UserError) as caught:
        look(write("a.tsv", "a\tb\n"), Reading(header="yes"))
    assert caught.value.sentence == "a.tsv: names columns but holds no rows. Add the rows, or say --header no."


def test_a_header_of_another_width(write):
    with pytest.raises(UserError) as caught:
        look(write("a.tsv", "a\tb\n1\t2\t3\n"))
    assert caught.value.sentence == ("a.tsv, line 1: names 2 columns but the next line has 3. Name each column once.")


def test_quotes_that_do_not_close(write):
    with pytest.raises(UserError) as caught:
        look(write("a.csv", '"a,b\n1,2\n'))
    assert caught.value.sentence == (
        "a.csv, line 1: column 1 opens a double quote that is not closed in its line. Close it, or take it away."
    )


def test_the_delimiter_that_is_said_counts_more_than_what_is_seen(write):
    path = write("a.csv", "1;2,3\n4;5,6\n")
    assert look(path).delimiter == ";"
    assert (look(path, Reading(delimiter="comma")).delimiter, look(path, Reading(delimiter="comma")).width) == (",", 2)
    assert look(write("b.txt", "cat 1 2\n"), Reading(delimiter="space")).width == 3


def test_comments_and_empty_lines_before_the_names_are_passed_over(write):
    layout = look(write("a.csv", "# made by hand\n\na,b\n# and\n1,2\n"))
    assert (layout.names, layout.first, layout.first_line) == (("a", "b"), ("1", "2"), 5)


@pytest.mark.parametrize("names", ["a,b,", "a,b"])
def test_a_delimiter_at_the_end_of_every_line_makes_no_column(write, names):
    layout = look(write("a.csv", f"{names}\n1,2,\n3,4,\n"))
    assert (layout.names, layout.columns, layout.trailing) == (("a", "b"), 2, True)


def test_names_that_stand_twice(write):
    with pytest.raises(UserError) as caught:
        look(write("a.csv", "a,b,a\n1,2,3\n"))
    assert caught.value.sentence == 'a.csv, line 1: names two columns "a". Give each column its own name.'


def test_numbers_that_stand_twice_are_hardly_names(write):
    with pytest.raises(UserError) as caught:
        look(write("a.csv", "0,7,0\n1,2,3\n"), Reading(header="yes"))
    assert caught.value.sentence == (
        'a.csv, line 1: names two columns "0". Say --header no if it is a row, or give each column its own name.'
    )
