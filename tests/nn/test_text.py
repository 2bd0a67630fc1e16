"""Text as numbers and back: every text, to the last character."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nn import data

SONG = "the cat sat on the mat; the rat sat on the cat's hat.\n" * 5
PAIRS = data.BytePairs.learn(SONG, 300)
ANY_TEXT = st.text(st.characters(codec=None) | st.sampled_from("the cat\n ☂🙂\ud800"))


@given(ANY_TEXT)
def test_byte_pairs_give_every_text_back(text):
    numbers = PAIRS.encode(text)
    assert numbers.dtype == np.int64
    assert PAIRS.decode(numbers) == text


@given(ANY_TEXT)
def test_characters_give_every_text_back(text):
    characters = data.Characters(text)
    assert characters.alphabet == "".join(sorted(set(text)))
    assert characters.decode(characters.encode(text)) == text
    again = data.Characters(characters.alphabet)
    assert np.array_equal(again.encode(text), characters.encode(text))


@given(st.text("ab c", max_size=40), st.integers(256, 275))
def test_byte_pairs_are_those_that_counting_anew_finds(text, size):
    """The definition, word for word: the slow way, with a count of all each time."""
    words = [list(word.encode()) for word in data.byte_pairs._words(text)]
    merges = []
    while len(merges) < size - 256:
        counts = {}
        for word in words:
            for pair in pairwise(word):
                counts[pair] = counts.get(pair, 0) + 1
        if not counts or max(counts.values()) < 2:
            break
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        words = [
            data.byte_pairs._joined(word, best, 256 + len(merges)) for word in words
        ]
        merges.append(best)
    pairs = data.BytePairs.learn(text, size)
    assert pairs.merges.tolist() == [list(pair) for pair in merges]
    assert pairs.encode(text).tolist() == [piece for word in words for piece in word]


def test_frequent_pieces_make_a_text_shorter_and_merges_make_the_same_again():
    numbers = PAIRS.encode(SONG)
    assert len(numbers) < len(SONG) / 2.5
    assert b" the" in PAIRS.pieces
    again = data.BytePairs(PAIRS.merges)
    assert np.array_equal(again.encode(SONG), numbers)
    assert len(again) == len(PAIRS) <= 300


def test_pieces_that_are_no_text_show_as_such():
    assert data.BytePairs([]).decode([0xE2, 0x98, 104, 105]) == "\ufffdhi"


def test_what_no_byte_pairs_are_is_refused():
    with pytest.raises(ValueError, match=r"pair 1 joins pieces below 257.* 97 and 300"):
        data.BytePairs([(97, 98), (97, 300)])
    with pytest.raises(ValueError, match="256 bytes"):
        data.BytePairs.learn("abc", 255)
    with pytest.raises(IndexError, match="from 0 to 255; got 256 at position 1"):
        data.BytePairs([]).decode([1, 256])
    with pytest.raises(TypeError, match="whole numbers"):
        data.BytePairs([]).decode([1.5])
    assert data.BytePairs([]).decode([]) == ""
    assert data.BytePairs([]).encode("").shape == (0,)


def test_a_character_that_is_not_in_the_alphabet_is_named():
    with pytest.raises(ValueError, match="'x' at position 1 is not among the 3 char"):
        data.Characters("abc").encode("axb")
    with pytest.raises(IndexError, match="got 3 at position 0"):
        data.Characters("abc").decode([3])


def test_words_are_numbered_by_how_often_they_occur():
    words = data.Words.learn([SONG, "A cat!"])
    assert words.words[:4] == ["<other>", "the", "on", "sat"]
    assert words.decode(words.encode("The dog sat.")) == "the <other> sat ."
    assert (
        data.Words(words.words).encode("cat").tolist() == words.encode("cat").tolist()
    )
    assert len(data.Words.learn([SONG], most=2)) == 3
    assert "a" not in data.Words.learn([SONG, "A cat"], least=2).words
    assert words.encode("").dtype == np.int64


def test_words_of_one_text_or_twice_the_same_are_refused():
    with pytest.raises(TypeError, match=r"of one: \[text\]"):
        data.Words.learn("one text")
    with pytest.raises(ValueError, match="got 3, of which 2 differ"):
        data.Words(["<other>", "a", "a"])
    with pytest.raises(ValueError, match="distinct words"):
        data.Words([])
