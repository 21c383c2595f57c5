"""The chain of the audit log, without a database."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from rest.trust.verify import Link, Verdict, Verifier


def chain(tenant: str, entries: list[str]) -> list[Link]:
    links: list[Link] = []
    digest = hashlib.sha256(tenant.encode()).digest()
    for seq, entry in enumerate(entries, start=1):
        digest = hashlib.sha256(digest + f"{seq}:{entry}".encode()).digest()
        links.append(Link(seq, entry, digest))
    return links


def judge(links: list[Link], seq: int, head: bytes, tenant: str = "north") -> Verdict:
    verifier = Verifier(tenant)
    for start in range(0, len(links), 3):
        verifier.take(links[start : start + 3])
    return verifier.verdict(seq, head)


entries = st.lists(st.text(max_size=20), min_size=1, max_size=12)


@given(entries)
def test_what_was_written_is_intact_and_belongs_to_its_tenant(texts: list[str]) -> None:
    links = chain("north", texts)
    assert judge(links, len(links), links[-1].hash).broken_at is None
    assert judge(links, len(links), links[-1].hash, "south").broken_at == 1


@given(entries, st.data())
def test_a_change_a_hole_or_a_swap_is_found_where_it_is(texts: list[str], data: st.DataObject) -> None:
    links = chain("north", texts)
    at = data.draw(st.integers(0, len(links) - 1))
    head = links[-1].hash
    changed = [*links[:at], Link(at + 1, links[at].entry + "!", links[at].hash), *links[at + 1 :]]
    assert judge(changed, len(links), head).broken_at == at + 1
    assert judge(links[:at] + links[at + 1 :], len(links), head).broken_at == at + 1
    rewritten = chain("north", [*texts[:at], texts[at] + "!", *texts[at + 1 :]])
    assert judge(rewritten, len(links), head).broken_at is not None


@given(entries)
def test_what_was_cut_off_shows_in_the_head(texts: list[str]) -> None:
    links = chain("north", texts)
    assert judge(links[:-1], len(links), links[-1].hash).broken_at == len(links)
