"""A synthetic world of facts with known information content: documents, canonical statements, one- and two-hop questions.

Each fact is (entity, relation, value), the value drawn uniformly from `choices` names, so it carries exactly log2(choices) bits.
Documents say it in one of several wordings among filler; the canonical statement says it in one fixed wording, so the right
summary is not a copy. Names are made of syllables: nothing can be known beforehand, it must be read.
Usage (prints a sample): world.py --seed 7        As a module: document(rng) → Document
"""
import argparse, math, random
from dataclasses import dataclass, field

ONSETS = 'b br c ch d dr f g gl h j k kr l m n p pr r s sh st t th tr v w y z'.split()
VOWELS, CODAS = 'a e i o u ai ea ia or er an el'.split(), ['', '', 'n', 'r', 's', 'l', 'm', 'th', 'nd', 'x', 'k']
TRADES = 'baker,surgeon,painter,engineer,teacher,sailor,lawyer,farmer,composer,chemist,judge,poet,architect,miner,pilot,nurse'.split(',')
GOODS = 'salt,copper,glass,wool,timber,silk,tea,paper,bicycles,clocks,cheese,tin,boats,radios,carpets,steel'.split(',')
FILLER = ['The weather that year was mild.', 'Little else is recorded about the period.', 'Several letters from the time survive in private hands.', 'Historians disagree about the details.',
          'A small museum now keeps the documents.', 'The roads were poor and travel was slow.', 'Many visitors came in the summer months.', 'The archive was moved twice in later years.',
          'Prices rose and fell with the harvest.', 'Nobody at the time thought it remarkable.', 'The story was later told in a popular ballad.', 'An old map shows the place under another name.']


@dataclass
class Relation:
    subject: str      # kind of the entity it is about
    value: str        # kind of its value
    canonical: str    # {s} {v}
    wordings: list
    questions: list   # {s}
    noun: str         # "the {noun} of {s}", for two-hop questions; '' if it has none
    given: list       # questions for the subject, given the value


RELATIONS = [
    Relation('person', 'city', '{s} was born in {v}.', ['{s} came into the world in {v}.', '{s}, a native of {v}, seldom spoke of it.', 'The birthplace of {s} was {v}.', '{s} was born in {v} to a modest family.'], ['where was {s} born?', 'what is the birthplace of {s}?', 'in which city was {s} born?'], 'birthplace', ['who was born in {v}?', 'who came from {v}?']),
    Relation('person', 'trade', '{s} worked as a {v}.', ['{s} earned a living as a {v}.', 'By trade {s} was a {v}.', '{s} spent many years as a {v}.'], ['what was the job of {s}?', 'what did {s} do for a living?', 'what was {s} by trade?'], '', ['who worked as a {v}?', 'who was a {v}?']),
    Relation('person', 'person', '{s} married {v}.', ['{s} became the spouse of {v}.', 'The wedding of {s} and {v} drew a crowd.', '{s} married {v} after a long engagement.'], ['who did {s} marry?', 'who was the spouse of {s}?', 'to whom was {s} married?'], 'spouse', []),
    Relation('person', 'year', '{s} died in {v}.', ['{s} passed away in {v}.', 'The death of {s} came in {v}.', 'In {v} {s} died after an illness.'], ['when did {s} die?', 'in what year did {s} die?', 'what year did {s} pass away?'], '', ['who died in {v}?']),
    Relation('company', 'person', '{s} was founded by {v}.', ['{v} set up {s} with borrowed money.', 'It was {v} who established {s}.', '{s} was started by {v}.'], ['who founded {s}?', 'who established {s}?', 'who is the founder of {s}?'], 'founder', ['what did {v} found?', 'which company was set up by {v}?']),
    Relation('company', 'year', '{s} was founded in {v}.', ['{s} opened its doors in {v}.', 'Since {v}, {s} has been in business.', 'The beginnings of {s} date from {v}.'], ['when was {s} founded?', 'in what year was {s} established?', 'when did {s} begin?'], '', ['what was founded in {v}?']),
    Relation('company', 'goods', '{s} sells {v}.', ['{s} is known for its {v}.', 'Most of the income of {s} comes from {v}.', '{s} trades in {v}.'], ['what does {s} sell?', 'what is {s} known for?', 'what does {s} trade in?'], '', ['which company sells {v}?', 'who trades in {v}?']),
    Relation('company', 'city', '{s} is based in {v}.', ['The offices of {s} stand in {v}.', '{s} has its headquarters in {v}.', '{s} operates out of {v}.'], ['where is {s} based?', 'where are the headquarters of {s}?', 'in what city is {s} located?'], 'home city', ['what company is based in {v}?']),
    Relation('city', 'river', '{s} lies on the river {v}.', ['The river {v} flows through {s}.', '{s} grew up along the {v}.', 'At {s} three bridges cross the {v}.'], ['on which river does {s} lie?', 'what river flows through {s}?', 'which river is {s} on?'], 'river', ['which city lies on the {v}?']),
    Relation('city', 'number', '{s} has {v} inhabitants.', ['{v} people live in {s}.', 'The population of {s} is {v}.', 'At the last count {s} held {v} people.'], ['how many people live in {s}?', 'what is the population of {s}?', 'how many inhabitants does {s} have?'], 'population', []),
    Relation('city', 'person', 'The mayor of {s} is {v}.', ['{v} serves as mayor of {s}.', '{s} elected {v} as its mayor.', 'The town hall of {s} is run by {v}, its mayor.'], ['who is the mayor of {s}?', 'who was elected mayor of {s}?', 'who runs {s}?'], 'mayor', ['which city has {v} as mayor?', 'of what is {v} the mayor?']),
]


@dataclass
class Fact:
    relation: Relation
    subject: str
    value: str
    bits: float
    canonical: str = ''
    sentence: str = ''


@dataclass
class Document:
    sentences: list
    facts: dict                               # sentence index → Fact
    questions: list = field(default_factory=list)   # (question, sentence indices, answer, canonical statement)
    absent: list = field(default_factory=list)      # questions that the document does not answer


def word(rng, parts):
    return ''.join(rng.choice(ONSETS) + rng.choice(VOWELS) + rng.choice(CODAS) for _ in range(parts)).capitalize()


def name(kind, rng):
    if kind == 'person': return f'{word(rng, rng.randint(1, 2))} {word(rng, 2)}'
    if kind == 'company': return f"{word(rng, 2)} {rng.choice(['Works', 'Trading', 'Brothers', 'Company', 'Mills', 'House'])}"
    if kind == 'year': return str(rng.randint(1500, 2011))
    if kind == 'number': return f'{rng.randint(2, 900)},{rng.randint(0, 999):03d}'
    if kind == 'trade': return rng.choice(TRADES)
    if kind == 'goods': return rng.choice(GOODS)
    return word(rng, rng.randint(1, 3))


def document(rng, entities=5, facts=8, choices=64):
    """One document about a few entities that refer to each other, so that two-hop questions exist."""
    pools = {kind: sorted({name(kind, rng) for _ in range(choices)}) for kind in ('person', 'company', 'city', 'river', 'year', 'number', 'trade', 'goods')}
    cast = {kind: rng.sample(pools[kind], max(1, entities // 2)) for kind in ('person', 'company', 'city')}
    made = {}
    for _ in range(facts * 3):
        relation = rng.choice(RELATIONS)
        subject = rng.choice(cast[relation.subject])
        value = rng.choice(cast[relation.value]) if relation.value in cast and rng.random() < .75 else rng.choice(pools[relation.value])
        if value == subject or (subject, relation.canonical) in made or len(made) >= facts: continue
        fact = Fact(relation, subject, value, math.log2(len(pools[relation.value])), relation.canonical.format(s=subject, v=value))
        fact.sentence = rng.choice(relation.wordings + [relation.canonical]).format(s=subject, v=value)
        made[subject, relation.canonical] = fact
    lines = list(made.values()) + rng.sample(FILLER, min(len(FILLER), rng.randint(0, facts // 2)))
    rng.shuffle(lines)
    doc = Document([x.sentence if isinstance(x, Fact) else x for x in lines], {i: x for i, x in enumerate(lines) if isinstance(x, Fact)})
    place = {(f.subject, f.relation.canonical): i for i, f in doc.facts.items()}
    values = [f.value for f in doc.facts.values()]
    for i, f in doc.facts.items():
        doc.questions.append((rng.choice(f.relation.questions).format(s=f.subject), [i], f.value, f.canonical))
        if f.relation.given and values.count(f.value) == 1 and rng.random() < .5:
            doc.questions.append((rng.choice(f.relation.given).format(v=f.value), [i], f.subject, f.canonical))
        if f.relation.noun:
            for second in RELATIONS:
                j = place.get((f.value, second.canonical))
                if j is not None:
                    g = doc.facts[j]
                    question = rng.choice(second.questions).format(s=f'the {f.relation.noun} of {f.subject}')
                    doc.questions.append((question, [i, j], g.value, f'{f.canonical} {g.canonical}'))
    for relation in RELATIONS:
        for subject in cast[relation.subject] + [name(relation.subject, rng)]:
            if (subject, relation.canonical) not in made: doc.absent.append(rng.choice(relation.questions).format(s=subject))
    rng.shuffle(doc.questions)
    rng.shuffle(doc.absent)
    return doc


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--seed', type=int, default=7)
    doc = document(random.Random(p.parse_args().seed))
    for i, s in enumerate(doc.sentences): print(f'[{i}] {s}   {doc.facts[i].bits if i in doc.facts else 0:.2f} bits')
    for question in doc.questions: print(question)
    print('not answered:', doc.absent[:4])


if __name__ == '__main__':
    main()
