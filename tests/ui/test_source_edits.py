from hypothesis import given
from hypothesis import strategies as st

from cnn_tui.spec.data import Data, Source
from cnn_tui.ui.source_edits import ROLES, free_role, with_images_and_labels_exchanged, with_role, with_source

sources = st.builds(Source, images=st.sampled_from("abc"), labels=st.sampled_from([None, "x", "y"]))
data = st.builds(Data, train=sources, validate=st.none() | sources, test=st.none() | sources)


@given(data, st.data(), st.sampled_from([-1, 1]))
def test_a_source_that_changed_its_role_changes_back(before, drawn, by):
    role = drawn.draw(st.sampled_from(list(before.sources)))
    changed = with_role(before, role, by)
    if changed is not None:
        after, now = changed
        assert after.sources[now] == before.sources[role]
        assert sorted(map(str, after.sources.values())) == sorted(map(str, before.sources.values()))
        assert with_role(after, now, -by) == (before, role)


@given(data, st.sampled_from(ROLES), st.sampled_from([-1, 1]))
def test_something_is_always_left_to_train_on(before, role, by):
    if role in before.sources and (changed := with_role(before, role, by)):
        assert changed[0].train is not None


def test_images_and_labels_exchanged_twice_are_as_they_were():
    before = Data(train=Source(images="y.tsv", labels="X.tsv"))
    once = with_images_and_labels_exchanged(before, "train")
    assert once.train == Source(images="X.tsv", labels="y.tsv")
    assert with_images_and_labels_exchanged(once, "train") == before


def test_a_further_source_is_the_test_first_and_then_what_is_validated_on():
    one = Data(train=Source(images="a"))
    assert free_role(one) == "test"
    two = with_source(one, "test", Source(images="b"))
    assert free_role(two) == "validate"
    assert free_role(with_source(two, "validate", Source(images="c"))) is None
