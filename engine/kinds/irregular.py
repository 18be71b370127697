"""
Irregular forms of English words, by the dictionary form: verbs, nouns, comparisons.
"""

from __future__ import annotations

_TABLE = """
be am is are was were been being; have has had; do does did done; go went gone; say said; get got gotten; make made
know knew known; think thought; take took taken; see saw seen; come came; want wanted; find found; give gave given
tell told; become became; leave left; feel felt; bring brought; begin began begun; keep kept; hold held
write wrote written; stand stood; hear heard; let let; mean meant; set set; meet met; run ran; pay paid; sit sat
speak spoke spoken; lie lay lain; lead led; read read; grow grew grown; lose lost; fall fell fallen; send sent
build built; understand understood; draw drew drawn; break broke broken; spend spent; cut cut; rise rose risen
drive drove driven; buy bought; wear wore worn; choose chose chosen; seek sought; throw threw thrown; catch caught
deal dealt; win won; forget forgot forgotten; sell sold; fight fought; teach taught; eat ate eaten; sing sang sung
strike struck; hang hung; shake shook shaken; ride rode ridden; feed fed; shoot shot; drink drank drunk; hit hit
arise arose arisen; fly flew flown; sleep slept; hide hid hidden; swim swam swum; lay laid; swing swung
bear bore born borne; steal stole stolen; sweep swept; wake woke woken; blow blew blown; light lit; ring rang rung
shine shone; tear tore torn; bend bent; lend lent; bite bit bitten; freeze froze frozen; forgive forgave forgiven
dig dug; bind bound; swear swore sworn; spread spread; stick stuck; sink sank sunk; split split; wind wound
withdraw withdrew withdrawn; undertake undertook undertaken; undergo underwent undergone; overcome overcame
mistake mistook mistaken; can could; may might; shall should; will would; dream dreamt; learn learnt; burn burnt
smell smelt; spell spelt; spill spilt; lean leant; leap leapt; kneel knelt; child children; man men; woman women
foot feet; tooth teeth; mouse mice; person people; goose geese; life lives; knife knives; wife wives; leaf leaves
shelf shelves; wolf wolves; half halves; self selves; criterion criteria; phenomenon phenomena; analysis analyses
crisis crises; basis bases; good better best; bad worse worst; far further furthest; little less least
many more most; much more most; i me my mine; he him his; she her hers; we us our ours; they them their
"""
_ENTRIES = [entry.split() for line in _TABLE.splitlines() for entry in line.split(";") if entry.strip()]
FORMS: dict[str, tuple[str, ...]] = {word: tuple(forms) for word, *forms in _ENTRIES}
"""Dictionary form to the forms that no rule makes."""
