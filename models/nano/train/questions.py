"""Questions made from a sentence of plain text, without any model: rules over spans (years, numbers, names, noun groups).

`make(sentence, title, rng, gentle)` → (question, answer) or None. Forms, most natural first: the answer as subject ("Who founded X?"), the
auxiliary moved to the front ("When was X founded?"), "did" and a stem ("What did X find?"), keywords ("X founded year"), a cloze.
Words are dropped, replaced by synonyms and pronouns by the article's title, so that word overlap alone does not solve them.
Usage (prints examples): questions.py --text articles.jsonl.gz
"""
import argparse, gzip, json, random, re
from text import STOP, sentences

WORD = re.compile(r"\w[\w'’.-]*\w|\w|%|\$|[^\w\s]")
YEAR = re.compile(r'(1[0-9]|20)\d\d$')
MONTHS = set('January February March April May June July August September October November December'.split())
AUX = set('was were is are has had have can could will would may did does must should'.split())
IRREGULAR = dict(wrote='write', won='win', made='make', began='begin', became='become', took='take', gave='give', led='lead', held='hold', built='build', found='find', left='leave', came='come', went='go', grew='grow', said='say', saw='see', brought='bring', sold='sell', met='meet', lost='lose', ran='run', fell='fall', rose='rise', sent='send', spent='spend', taught='teach', thought='think', kept='keep', got='get', bought='buy', fought='fight', chose='choose', spoke='speak', broke='break', drew='draw', knew='know', flew='fly', contains='contain', includes='include', consists='consist', uses='use', means='mean', provides='provide', requires='require', makes='make', has='have', becomes='become', allows='allow', produces='produce', causes='cause', occurs='occur', refers='refer', lies='lie', borders='border', covers='cover', describes='describe')
PRONOUNS = {'he', 'she', 'it', 'they', 'his', 'her', 'its', 'their', 'this'}
GROUPS = [g.split('/') for g in '''began/started/commenced;founded/established/created/set up/formed;built/constructed/erected;wrote/authored/penned;made/created/produced;large/big/huge;
largest/biggest/greatest;small/little;main/primary/major/chief;city/town/place;country/nation/state;people/persons/individuals;movie/film/picture;book/novel/work;war/conflict;killed/slain/murdered;
died/passed away/death;born/birth;named/called/known as;called/termed/named;located/situated/found;received/got/was given;won/gained/earned;used/employed/utilized;help/aid/assist;show/display;many/numerous/a lot of;
several/a number of/some;important/significant/key;famous/well-known/notable;near/close to;first/earliest/original;ended/finished/stopped;area/region/territory;king/ruler/monarch;law/act/rule;job/role/position;
released/published/issued;became/turned into;discovered/found;often/frequently/commonly;usually/typically/generally;approximately/about/around;company/firm/business;school/university/college;language/tongue;
caused/led to/resulted in;led/headed;group/band;song/track;doctor/physician;sick/ill;money/funds;child/kid;taught/educated;move/relocate;start/begin;end/finish;part/section/portion;type/kind/sort;
include/contain/comprise;consists of/is made up of/contains;population/number of people/inhabitants;leader/head/chief;attack/assault;defeated/beat;fight/battle;old/ancient;rich/wealthy;speak/talk;happened/occurred/took place'''.replace('\n', '').split(';')]
SYNONYMS = {}
for group in GROUPS:
    for word in group:
        SYNONYMS.setdefault(word, []).extend(x for x in group if x != word)
ENDINGS = [('ies', 'y'), ('sses', 'ss'), ('s', ''), ('ied', 'y'), ('ed', ''), ('ed', 'e'), ('ing', ''), ('ing', 'e'), ('tion', 'te'), ('ly', '')]


def stem(verb):
    if verb in IRREGULAR: return IRREGULAR[verb]
    if verb.endswith('ied'): return verb[:-3] + 'y'
    base = verb[:-2]
    if len(base) > 2 and base[-1] == base[-2] and base[-1] not in 'lse': return base[:-1]
    return base + 'e' if re.search(r'([aiou]|[^aeiou][aeiou])[cgsvtrzkdb]$|[dn]g$|[lr]v$|[^s]l$', base) and not re.search(r'(er|en|on|it|et)$', base) else base


def spans(words):
    """(start, end, kind) of what could be asked for."""
    found, n = [], len(words)
    capital = lambda w: w[:1].isupper() and w.lower() not in STOP
    i = 0
    while i < n:
        w = words[i]
        if w in MONTHS or (w.isdigit() and i + 1 < n and words[i + 1] in MONTHS):
            j = i + 1
            while j < n and (words[j] in MONTHS or words[j].isdigit() or (words[j] == ',' and j + 1 < n and YEAR.match(words[j + 1]))): j += 1
            found.append((i, j, 'date')); i = j
        elif YEAR.match(w): found.append((i, i + 1, 'date')); i += 1
        elif w[0].isdigit():
            j = i + 1
            while j < n and words[j] in ('%', 'percent', 'million', 'billion', 'thousand', 'km', 'miles', 'metres', 'years', 'feet'): j += 1
            found.append((i, j, 'number')); i = j
        elif capital(w):
            j = i + 1
            while j < n and (capital(words[j]) or (words[j] in ('of', 'the', 'de', 'and', 'von') and j + 1 < n and capital(words[j + 1]) and words[j] != 'and')): j += 1
            if i > 0 or j - i > 1: found.append((i, j, 'name'))
            i = j
        elif w.isalpha() and w.lower() not in STOP and w not in AUX and i > 0:
            j = i + 1
            while j < n and j - i < 4 and words[j].isalpha() and words[j].islower() and words[j] not in STOP and words[j] not in AUX: j += 1
            found.append((i, j, 'noun')); i = j
        else: i += 1
    return found


def wh(words, start, end, kind, rng):
    before = words[start - 1].lower() if start else ''
    after = [w for w in words[end:end + 2] if w.isalpha() and w.lower() not in STOP]
    if kind == 'date': return rng.choice(['when', 'when', 'what year' if YEAR.match(words[end - 1]) else 'on what date', 'in what year', 'in which year'])
    if kind == 'number':
        if words[end - 1] in ('%', 'percent'): return rng.choice(['what percentage', 'how much', 'what percent'])
        return rng.choice(['how many', 'how many', 'how much', 'what number of', 'how long' if 'year' in ' '.join(after) else 'how many'])
    if kind == 'name':
        if before in ('in', 'at', 'near', 'from', 'to'): return rng.choice(['where', 'where', 'in what city', 'in what country', 'what place', 'in which'])
        if before in ('by', 'with') or end - start >= 2: return rng.choice(['who', 'who', 'what', 'which'])
        return rng.choice(['what', 'who', 'which', 'what is the name of'])
    head = words[end - 1]
    return rng.choice(['what', 'what', 'what', 'which', 'what kind of ' + head if end - start > 1 else 'what', 'why' if before in ('because', 'since') else 'what', 'how' if before == 'by' else 'what', 'where' if before in ('in', 'at') else 'what'])


def core(words, keep, rng):
    """Drops clauses in brackets and, often, all but a stretch of the words around index `keep`."""
    text = ' '.join(words)
    words = re.sub(r'\([^)]*\)', '', text).split()
    n = rng.randint(3, 11)
    first = max(0, min(keep, len(words)) - rng.randint(0, n))
    return words[first:first + n] if rng.random() < .75 else words


def polish(text, title, rng, gentle=False):
    """Drops, swaps and inflects words; puts the title for a pronoun; lower-cases; adds the question mark mostly."""
    out, hard = [], 0 if gentle else rng.choice([0, .15, .3, .5])
    for w in re.sub(r'\s+([,.;:%])', r'\1', text).strip(' ,.;:-').split():
        low = w.lower()
        if low in PRONOUNS and title and rng.random() < .7: w = title if low in ('he', 'she', 'it', 'they') else title + "'s"
        elif low in SYNONYMS and rng.random() < .45: w = rng.choice(SYNONYMS[low])
        elif low not in STOP and rng.random() < hard: continue
        elif low.isalpha() and len(low) > 5 and rng.random() < .08:
            for ending, other in rng.sample(ENDINGS, 4):
                if low.endswith(ending): w = low[:-len(ending)] + other; break
        out.append(w)
    if title and rng.random() < .12: out += rng.choice([['in', title], ['of', title], ['for', title]])
    return (' '.join(out)).lower().replace(' ,', ',') + ('?' if rng.random() < .8 else '')


def make(sentence, title, rng, gentle=False):
    """`gentle`: only answers that a reader would agree on, and all words of the question kept."""
    words = WORD.findall(sentence)
    if not 6 <= len(words) <= 60: return None
    options = [o for o in spans(words) if not gentle or o[2] != 'noun' or o[1] - o[0] > 1]
    if not options: return None
    weights = [dict(date=3, number=2.5, name=2, noun=1)[k] for _, _, k in options]
    start, end, kind = rng.choices(options, weights)[0]
    answer = words[start:end]
    left, right = words[:start], words[end:]
    while left and left[-1].lower() in ('in', 'on', 'at', 'by', 'the', 'a', 'an', 'of', 'to', 'from', 'since', 'until', 'about') and kind != 'noun' and rng.random() < .85: left = left[:-1]
    ask = wh(words, start, end, kind, rng)
    verb = next((i for i in range(len(left)) if left[i] in AUX), None)
    past = next((i for i in range(1, len(left)) if left[i] in IRREGULAR or (left[i].endswith('ed') and left[i].islower() and len(left[i]) > 4)), None)
    follows = right[0] if right else ''
    draw = rng.random() * (.86 if gentle else 1)
    if draw < .6 and start <= 3 and (follows in AUX or follows in IRREGULAR or follows.endswith('ed')):
        body = [ask] + core(right, 0, rng)
    elif draw < .75 and verb is not None and verb > 0:
        clause = max([i for i in range(verb) if left[i] in (',', ';', ':', 'and', 'that')], default=-1) + 1
        body = [ask, left[verb]] + left[clause:verb] + core(left[verb + 1:] + right, len(left) - verb, rng)
    elif draw < .85 and past is not None:
        clause = max([i for i in range(past) if left[i] in (',', ';', ':', 'and', 'that')], default=-1) + 1
        body = [ask, 'did'] + left[clause:past] + [stem(left[past])] + core(left[past + 1:] + right, len(left) - past, rng)
    elif draw < .93:
        pool = [w for w in left + right if w.isalnum() and w.lower() not in STOP]
        body = [ask] + ([title] if title and rng.random() < .5 else []) + [w for w in pool if rng.random() < .6][:rng.randint(3, 8)]
    else:
        around = left[-rng.randint(2, 8):] + [ask] + right[:rng.randint(1, 8)]
        body = around if rng.random() < .5 else [ask] + [w for w in around if w != ask]
    question = polish(' '.join(body), title, rng, gentle)
    content = [w for w in WORD.findall(question) if w.isalnum() and w not in STOP]
    text = re.sub(r'\s+([,.;:%])', r'\1', ' '.join(answer))
    if len(content) < 2 or len(question) > 160: return None
    return question, text


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--text', required=True)
    p.add_argument('--count', type=int, default=40)
    a = p.parse_args()
    rng, lines = random.Random(3), gzip.open(a.text, 'rt')
    for _ in range(a.count):
        row = json.loads(next(lines))
        s = rng.choice([x for x in sentences(row['text']) if 40 < len(x) < 260])
        print(s, '\n   ', make(s, row['title'], rng), '\n   ', make(s, row['title'], rng))


if __name__ == '__main__':
    main()
