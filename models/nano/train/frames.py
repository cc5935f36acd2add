"""Questions in real wording made from one sentence by rules over noun groups and verbs (lexicon.py): "who founded X?", "in what year was X founded?".

`ask(sentence, title, lexicon, rng)` → (question, answer) or None. A clause is read as subject, verb, rest; the answer is its subject or a noun
group, name, number or date of the rest, and the question has only the clause's words, some dropped or replaced. The answer is a stretch of
the sentence. Usage (prints examples): frames.py --text articles.jsonl.gz --lexicon lexicon.json
"""
import argparse, gzip, json, random, re
from lexicon import DETERMINERS, PLACES, WORD, Lexicon
from questions import AUX, IRREGULAR, MONTHS, PRONOUNS, SYNONYMS, YEAR, stem
from text import sentences

UNITS = frozenset('percent million billion thousand hundred km kilometers kilometres miles metres meters years feet days months hours minutes weeks acres people tons dollars degrees inches pounds'.split())
PREPOSITIONS = frozenset('in on at by with from to for of into during between against through under over about as since until after before near within throughout around among'.split())
PAST = {**IRREGULAR, 'had': 'have', 'did': 'do', 'put': 'put', 'set': 'set', 'bore': 'bear', 'wore': 'wear', 'felt': 'feel', 'heard': 'hear', 'stood': 'stand', 'understood': 'understand', 'struck': 'strike', 'threw': 'throw', 'drove': 'drive', 'rode': 'ride', 'hit': 'hit', 'read': 'read', 'laid': 'lay', 'paid': 'pay', 'sought': 'seek', 'caught': 'catch', 'sang': 'sing'}
WEEKDAYS = frozenset('Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split())


def groups(words, kinds):
    """Noun groups, names, numbers and dates: (start, end, type), without the determiner."""
    found, i, n = [], 0, len(words)
    while i < n:
        w, k = words[i], kinds[i]
        if w in MONTHS or (w.isdigit() and i + 1 < n and words[i + 1] in MONTHS):
            j = i + 1
            while j < n and (words[j] in MONTHS or words[j].isdigit() or (words[j] == ',' and j + 1 < n and YEAR.match(words[j + 1]))): j += 1
            found.append((i, j, 'date')); i = j
        elif YEAR.match(w) and not (i + 1 < n and kinds[i + 1] in 'NA'): found.append((i, i + 1, 'date')); i += 1
        elif k == 'D' or w in ('$', '£', '€'):
            j = i + 1
            while j < n and (words[j] in UNITS or words[j] in ('%', ',') and kinds[j - 1] == 'D' and words[j] == '%' or kinds[j] == 'D'): j += 1
            found.append((i, j, 'number')); i = j
        elif k == 'C' and (i > 0 or (i + 1 < n and kinds[i + 1] == 'C')):
            j = i + 1
            while j < n and (kinds[j] in 'CD' and words[j] not in MONTHS or (words[j] in ('of', 'the', 'de', 'von', 'la', '&') and j + 1 < n and kinds[j + 1] == 'C')): j += 1
            k2 = j
            while k2 < n and kinds[k2] == 'N' and k2 - j < 2: k2 += 1
            found.append((i, k2 if k2 > j else j, 'noun' if k2 > j else 'name')); i = max(j, k2)
        elif k in 'NA' and i > 0 or (k == 'V' and i > 0 and words[i - 1].lower() in DETERMINERS):
            j = i + 1
            while j < n and j - i < 5 and (kinds[j] in 'NAC' or words[j] == '-' and j + 1 < n and kinds[j + 1] in 'NA'): j += 1
            while j > i + 1 and kinds[j - 1] == 'A': j -= 1
            if kinds[j - 1] in 'NC' or (kinds[j - 1] == 'V'): found.append((i, j, 'noun'))
            elif k == 'A': found.append((i, j, 'adjective'))
            i = j
        else: i += 1
    return found


def verb_group(words, kinds, start, end):
    """(first, last + 1) of the first verb group after a subject in the clause."""
    for i in range(start, end):
        low = words[i].lower()
        if low in AUX or low in PAST or (kinds[i] == 'V' and words[i].islower() and not low.endswith('ing') and words[i - 1].lower() not in DETERMINERS and words[i - 1].lower() not in PREPOSITIONS):
            if i == start: continue
            j = i + 1
            while j < end and j - i < 4 and (words[j].lower() in AUX or words[j] in ('not', 'been', 'be', 'being', 'also') or kinds[j] == 'R' or (kinds[j] == 'V' and words[j - 1].lower() in AUX | {'been', 'be', 'being'} | {x for x in words[i:j] if kinds[words.index(x)] == 'R'})): j += 1
            return i, j
    return None


def wh(words, kinds, start, end, type, lexicon, rng):
    before = words[start - 1].lower() if start else ''
    after = words[end] if end < len(words) else ''
    if type == 'date':
        year = YEAR.match(words[end - 1])
        if end - start == 1 and year: return rng.choice(['when', 'when', 'in what year', 'in which year', 'what year'])
        return rng.choice(['when', 'when', 'on what date', 'what date', 'in what month' if end - start < 3 else 'when'])
    if type == 'number':
        joined = ' '.join(words[start:end])
        if '%' in joined or 'percent' in joined: return rng.choice(['what percentage', 'what percent', 'how much'])
        if words[start] in '$£€' or 'dollars' in joined: return rng.choice(['how much', 'how much money', 'what amount'])
        if re.search('years|days|months|hours|weeks|minutes', joined + ' ' + after): return rng.choice(['how long', 'how many ' + (words[end - 1] if end - start > 1 else after)])
        if re.search('km|kilomet|miles|metres|meters|feet', joined + ' ' + after): return rng.choice(['how far', 'how long', 'how high', 'how large', 'how many ' + (words[end - 1] if end - start > 1 else after)])
        if after.islower() and after.isalpha(): return 'how many ' + after if kinds[end] in 'NA' else 'how many'
        return rng.choice(['how many', 'how much', 'what number'])
    if type == 'name':
        sort = lexicon.name(words[start:end])
        if sort == 'place' or before in PLACES: return rng.choice(['where', 'where', 'in what city', 'in what country', 'what country', 'what city', 'what place', 'which country', 'what'])
        if sort == 'person': return rng.choice(['who', 'who', 'who', 'which person', 'what person'])
        return rng.choice(['what', 'who', 'which', 'what', 'what', 'who', 'what group', 'what organization'])
    head = words[end - 1].lower()
    if type == 'adjective': return rng.choice(['how', 'what'])
    if end - start > 1 and rng.random() < .3: return rng.choice(['what kind of ', 'what type of ', 'which ', 'what ', 'what ']) + head
    if before in ('because', 'since', 'due'): return 'why'
    if before == 'by' and rng.random() < .4: return 'how'
    return rng.choice(['what', 'what', 'what', 'what', 'which', 'where' if before in PLACES else 'what', 'who' if head in ('king', 'people', 'man', 'woman', 'author', 'president', 'leader') else 'what'])


def reword(words, title, rng):
    """Some words dropped, replaced by synonyms or other forms; pronouns by the title."""
    out, hard = [], rng.choice([0, 0, .1, .25, .4])
    for w in words:
        low = w.lower()
        if low in PRONOUNS and title and rng.random() < .75: out.append(title if low in ('he', 'she', 'it', 'they', 'this') else title + "'s"); continue
        if low in SYNONYMS and rng.random() < .5: out.append(rng.choice(SYNONYMS[low])); continue
        if w[0].isalnum() and rng.random() < hard: continue
        out.append(w)
    return out


def tidy(words):
    return re.sub(r"\s+([,.;:%')])", r'\1', ' '.join(words)).replace('( ', '(').strip(' ,;:-')


def ask(sentence, title, lexicon, rng):
    sentence = re.sub(r'\s*\([^()]*\)', '', sentence) if rng.random() < .7 and '(' in sentence else sentence
    words = WORD.findall(sentence)
    n = len(words)
    if not 6 <= n <= 60: return None
    if words[-1] in '.!?': words = words[:-1]; n -= 1
    kinds = [lexicon.kind(w) for w in words]
    options = [g for g in groups(words, kinds) if sum(len(w) for w in words[g[0]:g[1]]) > 1]
    if not options: return None
    start, end, type = rng.choices(options, [dict(date=3, number=3, name=2, noun=1.6, adjective=.25)[t] for _, _, t in options])[0]
    if type == 'noun' and rng.random() < .3 and end + 1 < n:                          # longer answers: of-phrases, pairs
        following = next((g for g in options if g[0] in (end + 1, end + 2)), None)
        if following and words[end] in ('of', 'and', 'for', 'in') and following[1] - start < 9: end = following[1]
    breaks = [i for i, w in enumerate(words) if w in (';', ':') or (w == ',' and not (0 < i < n - 1 and kinds[i - 1] == 'D')) or w in ('and', 'but', 'while', 'although', 'because') and i > 4]
    left_edge, right_edge = max([b + 1 for b in breaks if b < start], default=0), min([b for b in breaks if b >= end], default=n)
    verb = verb_group(words, kinds, left_edge, right_edge)
    if verb is None or (start < verb[1] and end > verb[0]):                            # no verb of its own: the sentence's first
        verb = verb_group(words, kinds, 0, n)
        left_edge = 0
        if verb is None or (start < verb[1] and end > verb[0]): return keywords(words, kinds, start, end, type, title, lexicon, rng)
        right_edge = n if rng.random() < .3 else max(right_edge, verb[1])
    a, b = verb
    subject = words[left_edge:a]
    if len(subject) > 9: subject = subject[-rng.randint(4, 9):]
    most = rng.randint(3, 10)
    question = wh(words, kinds, start, end, type, lexicon, rng)
    if end <= a:                                                                      # answer in the subject
        if rng.random() < .35: body = subject[max(0, len(subject) - (a - end)):] if a - end <= 6 else []
        else: body = []
        made = [question, *body, *words[a:b], *words[b:right_edge][:most]]
    else:
        rest = words[b:right_edge]
        first, last = max(0, start - b), max(0, end - b)
        head, tail = rest[:first], rest[last:]
        while head and head[-1].lower() in DETERMINERS: head = head[:-1]
        stranded = head[-1].lower() if head and head[-1].lower() in PREPOSITIONS else ''
        if stranded and (question.startswith(('when', 'where', 'in ', 'on ', 'how', 'why')) or rng.random() < .35): head = head[:-1]
        elif stranded and rng.random() < .5 and question.split()[0] in ('what', 'which', 'who'): head = head[:-1]; question = stranded + ' ' + question.replace('who', 'whom')
        if question.startswith('how many ') and tail and tail[0] == question.split()[-1]: tail = tail[1:]
        head = head[-most:] if rng.random() < .5 else head[:most]
        tail = tail[:rng.randint(0, max(0, most - len(head)))]
        v = words[a:b]
        if v[0].lower() in AUX: made = [question, v[0], *subject, *v[1:], *head, *tail]
        else:
            base = PAST.get(v[0].lower()) or (stem(v[0]) if v[0].endswith('ed') else v[0][:-1] if v[0].endswith('s') and len(v[0]) > 4 else v[0])
            made = [question, 'does' if v[0].endswith('s') and v[0].lower() not in PAST else 'did', *subject, base, *v[1:], *head, *tail]
    return finish(made, words[start:end], title, rng)


def keywords(words, kinds, start, end, type, title, lexicon, rng):
    """No clause was found: the words around the answer, as one types into a search box."""
    near = [w for i, w in enumerate(words) if (i < start or i >= end) and abs(i - start) < 12 and kinds[i] in 'NACVD']
    if len(near) < 2: return None
    return finish([wh(words, kinds, start, end, type, lexicon, rng), *([title] if title and rng.random() < .4 else []), *near[:rng.randint(3, 8)]], words[start:end], title, rng)


def finish(made, answer, title, rng):
    made = [made[0], *reword([w for w in made[1:] if w not in '"“”()' and w], title, rng)]
    question = tidy(made).lower()
    if title and rng.random() < .1: question += rng.choice([' in ', ' of ', ' for ']) + title.lower()
    content = [w for w in WORD.findall(question) if w.isalnum() and len(w) > 3]
    if len(content) < 3 or not 12 < len(question) < 150: return None
    return question + ('?' if rng.random() < .8 else ''), tidy(answer)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ('text', 'lexicon'): p.add_argument('--' + name, required=True)
    p.add_argument('--count', type=int, default=30)
    a = p.parse_args()
    rng, lexicon, lines = random.Random(3), Lexicon(a.lexicon), gzip.open(a.text, 'rt')
    for _ in range(a.count):
        row = json.loads(next(lines))
        s = rng.choice([x for x in sentences(row['text']) if 40 < len(x) < 260])
        print(s)
        for _ in range(3): print('   ', ask(s, row['title'], lexicon, rng))


if __name__ == '__main__':
    main()
