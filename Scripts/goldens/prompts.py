"""Writes Corpora/prompts/templates.jsonl: everyday prompts from lists of ours, seeded.

    python3 Scripts/goldens/prompts.py           writes the file and Corpora/manifest.json
    python3 Scripts/goldens/prompts.py --check   exit 1 if writing them would change anything

Each subject is put into a few of the forms that suit it, so that no form and no subject dominates.
Nothing is copied from any data set; the lists below are the whole source.
"""

import argparse
import hashlib
import json
import pathlib
import random
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2] / "Corpora"
SEED = 20261128

THINGS = """
a bicycle; a refrigerator; a rainbow; a compass; a battery; a lighthouse; a thermometer; a volcano;
a submarine; a piano; a clock; a telescope; a camera; a bridge; a greenhouse; a magnet; a zipper;
a glacier; a beehive; a coral reef; a windmill; a microwave oven; a tide; an earthquake; an echo;
a shadow; a kite; a sundial; a lock and key; a spider's web; a thunderstorm; a candle; a vaccine;
a printing press; a hot-air balloon; a traffic light; a septic tank; a well; a loom; a sailing boat
"""
CONCEPTS = """
photosynthesis; gravity; inflation; evolution; friction; supply and demand; the water cycle;
democracy; recycling; insurance; compound interest; a budget; erosion; migration of birds; sleep;
memory; digestion; the seasons; the phases of the moon; fermentation; electricity; sound; light;
the food chain; natural selection; a mortgage; taxes; copyright; probability; an average; a
fraction; prime numbers; symmetry; the alphabet; punctuation; a metaphor; irony; kindness; patience;
honesty; courage; teamwork; curiosity; trust; fairness; public transport; time zones; the equator
"""
SKILLS = """
boil an egg; change a bicycle tyre; plant tomatoes; write a thank-you letter; pack a suitcase; iron
a shirt; clean a window; make a cup of tea; study for an exam; give a short talk; read a map; save
money; cook rice; bake bread; sharpen a pencil with a knife; fold a paper boat; wash a woollen
jumper; sew on a button; remove a coffee stain; train a puppy to sit; learn ten new words a day;
keep a diary; choose a good melon; fall asleep faster; stop a nosebleed; build a small fire; wrap a
present; set a table; water house plants; hang a picture straight; back up a computer; make a
shopping list; introduce two friends; apologise sincerely; clean a keyboard; paint a door; prepare
for a job interview; keep bread fresh; start a vegetable garden; organise a desk; memorise a poem
"""
TOPICS = """
healthy breakfasts; things to do on a rainy day; gifts for a grandmother; ways to save water; small
talk subjects; names for a cat; reasons to learn a language; questions to ask at an interview;
items for a picnic; ways to reduce stress; ideas for a school project; vegetables that grow in
shade; tools every home should have; good habits; indoor games for children; uses for old jars;
ways to thank a teacher; foods rich in fibre; ideas for a birthday party; jobs that involve
animals; ways to make new friends; things to check before a long drive; uses of salt; sights that
tourists like in a big city; hobbies that cost little; ways to save electricity; words that
describe the sea; sports played with a ball; things found in a library; reasons to walk every day;
mistakes that beginners make when cooking; themes for a short story; musical instruments with
strings; safety rules for swimming; topics for a family newsletter; titles for a book about winter
"""
CHARACTERS = """
a lighthouse keeper; a shy dragon; a retired pilot; a baker who cannot taste; a lost umbrella; twin
sisters; a robot gardener; a street musician; a night-shift nurse; a boy who collects maps; an old
fisherman; a curious crow; a clockmaker; a new pupil at school; a tired bus driver; a snowman in
spring; a librarian; a talking teapot; a young astronomer; a grandmother who learns to skate
"""
PLACES = """
a small island; an empty theatre; a mountain village; a night train; a flooded library; a busy
market; a quiet museum; an abandoned orchard; a harbour in fog; a school on the moon; a hotel in
winter; a garden behind a wall; a bakery before dawn; a railway station; a desert well
"""
EVENTS = """
a letter arrives ten years late; the lights go out; somebody finds an old key; it rains for a month;
a promise is kept; two strangers swap suitcases; a bridge closes; a secret recipe is lost; the clock
strikes thirteen; a small lie grows; a stray dog shows the way; the last bus has left
"""
PAIRS = """
tea|coffee; trains|aeroplanes; cats|dogs; the city|the countryside; a novel|a film; renting a
home|buying one; summer|winter; a laptop|a desktop computer; butter|olive oil; letters|e-mails;
swimming|running; a library|a bookshop; wood|plastic; a river|a lake; a violin|a guitar; solar
power|wind power; a paper map|a navigation app; breakfast|dinner; a planet|a star; a debit card|a
credit card; frogs|toads; fiction|history; morning work|evening work; glass|metal; a bus|a tram
"""
SENTENCES = """
The meeting was moved because the room was too small for everyone who wanted to come.
I am writing to you about the parcel that has still not arrived although I paid for it last month.
The dog ran over the field and jumped into the river and it was very happy.
We regret to inform you that the shop will be closed on Monday owing to repairs of the roof.
He said that he would help but he did not come and nobody knew where he was.
Our team have finished the first part of the work and will start with the second part next week.
The soup was good, the bread was good, and the cake was also good.
Because of the fact that it was raining, we made the decision to stay at home.
She gave the book to her brother, who gave it to a friend, who lost it on a train.
You must not touch the machine while it is running, since this is dangerous.
There are many people who think that walking is something that is good for the health.
The garden was full of flowers and the children were playing and the sun was shining.
It is not possible for us to give you an answer at the present point in time.
The old man told stories, and the longer he spoke, the quieter the room became.
Please be informed that your appointment has been changed to Thursday at nine.
The bus came late, I missed the train, and so I could not see the start of the concert.
"""
PROFESSIONS = """
a nurse; a carpenter; a firefighter; a judge; a farmer; a translator; an architect; a beekeeper; a
journalist; an electrician; a geologist; a tailor; a pharmacist; a train driver; a chef; a surveyor
"""
WORDS = """
generous; reluctant; fragile; ancient; brisk; stubborn; sincere; vivid; humble; rapid; vague; loyal;
scarce; eager; hollow; gentle; peculiar; ordinary; brave; tedious; nimble; drowsy; spacious; bitter
"""
CODE = """
adds up the numbers in a list; tells whether a word is a palindrome; counts the vowels in a text;
finds the largest number in a list; reverses a string; prints the first ten square numbers; tells
whether a year is a leap year; converts degrees Celsius to Fahrenheit; removes repeated items from a
list; counts how often each word occurs in a sentence; finds the average of a list of numbers;
sorts names by their length; tells whether a number is prime; joins two sorted lists into one;
prints a times table for a given number; swaps the first and last letter of a word
"""
MESSAGES = """
inviting a neighbour to dinner; asking a colleague for a report; cancelling a dentist's appointment;
thanking a friend for a present; asking the landlord to repair a tap; congratulating a cousin on a
new job; reminding a club of its next meeting; declining an invitation politely; asking a shop for a
refund; welcoming a new member to a choir; telling a teacher that a child is ill; asking for a day
off; offering help with moving house; recommending a book to a friend; apologising for being late
"""
QUESTIONS = """
Why is the sky blue?; Why do leaves change colour in autumn?; Why do we need sleep?; How do fish
breathe?; Why does ice float on water?; How do bees make honey?; Why do cats purr?; What causes
thunder?; Why is the sea salty?; How does soap remove grease?; Why do onions make us cry?; How do
birds find their way?; What makes bread rise?; Why do we yawn?; How are mountains formed?; Why do
stars twinkle?; What is the difference between weather and climate?; How does a seed know which way
is up?; Why do metals feel cold?; How do plants drink water?; Why do we have leap years?; What do
worms do for the soil?; How does a thermos flask keep tea hot?; Why do some animals hibernate?
"""


def items(text, separator=";"):
    return [" ".join(item.split()) for item in text.split(separator) if item.strip()]


def forms():
    """(kind, subjects, forms, how many forms a subject is put into)."""
    yield "explain", items(THINGS), [
        "How does {} work? Explain it simply.", "Explain {} to a child of eight.",
        "Describe {} to somebody who has never seen one.", "What is {}? Answer in three sentences.",
        "What would the world be like without {}?", "Write a short description of {}.",
        "Tell me something surprising about {}."], 3
    yield "define", items(CONCEPTS), [
        "What does \"{}\" mean? Give a short definition and an example.", "Explain {} in plain words.",
        "Where do we meet {} in everyday life?", "Give a simple example of {}.",
        "Write two sentences about {} for a school book.",
        "What do people often get wrong about {}?"], 3
    yield "how-to", items(SKILLS), [
        "How do I {}?", "Give me step-by-step instructions to {}.",
        "What is the easiest way to {}?", "List what I need in order to {}.",
        "Write a short guide for beginners: how to {}.",
        "Name three mistakes to avoid when you {}."], 3
    yield "list", items(TOPICS), [
        "List five {}.", "Give me a short list: {}.", "Suggest three {} and say why.",
        "I need ideas: {}. What do you suggest?"], 2
    yield "story", items(CHARACTERS), [
        "Write a short story about {}.", "Write a poem of four lines about {}.",
        "Describe a day in the life of {}.", "Invent a name for {} and explain the choice.",
        "Write a conversation between {} and a stranger.", "Write the first paragraph of a tale about {}."], 4
    yield "compare", items(PAIRS), [
        "Compare {} and {}.", "What are the advantages of {} over {}?",
        "Which is better, {} or {}? Give reasons for both.",
        "How do {} and {} differ? Name two differences."], 3
    yield "rewrite", items(SENTENCES, "\n"), [
        "Rewrite this sentence so that it is shorter: {}", "Make this text more polite: {}",
        "Say the same in simpler words: {}", "Turn this into a question: {}",
        "Rewrite this in the style of a newspaper: {}", "Correct and improve this text: {}"], 4
    yield "profession", items(PROFESSIONS), [
        "What does {} do all day?", "What must one learn to become {}?",
        "Write three questions that you would ask {}.", "Describe the tools of {}."], 3
    yield "word", items(WORDS), [
        "Use the word \"{}\" in a sentence.", "What is the opposite of \"{}\"?",
        "Give two words that mean nearly the same as \"{}\".",
        "Explain the word \"{}\" to somebody who learns English."], 3
    yield "code", items(CODE), [
        "Write a Python function that {}.", "Explain in words, without code, how a program {}.",
        "Write a short program that {}, with comments."], 2
    yield "message", items(MESSAGES), [
        "Write a short message {}.", "Write a friendly e-mail {}.", "Draft three sentences {}."], 2
    yield "question", items(QUESTIONS), [
        "{}", "{} Answer in one sentence.", "{} Explain it to a child."], 2


def prompts():
    stream = random.Random(SEED)
    for kind, subjects, shapes, count in forms():
        for subject in subjects:
            for shape in stream.sample(shapes, count):
                if kind == "compare":
                    yield kind, shape.format(*subject.split("|"))
                else:
                    yield kind, shape.format(subject)
    places, events, characters = items(PLACES), items(EVENTS), items(CHARACTERS)
    for place in places:
        for event in stream.sample(events, 4):
            who = stream.choice(characters)
            yield "story", stream.choice([
                f"Write a short story set in {place}. It begins when {event}.",
                f"Write a story of ten sentences about {who} in {place}.",
                f"Tell what happens in {place} when {event}.",
                f"Write a story in which {event}. The main character is {who}."])


def encoded():
    seen, lines = set(), []
    for kind, prompt in prompts():
        if prompt not in seen:
            seen.add(prompt)
            lines.append(json.dumps({"kind": kind, "prompt": prompt}, separators=(",", ":")))
    return ("\n".join(lines) + "\n").encode()


def manifest(fresh):
    """Every file but the manifest itself, with its digest and licence."""
    files = []
    paths = {p for p in ROOT.rglob("*") if p.is_file() and p.name != "manifest.json"} | set(fresh)
    for path in sorted(paths):
        data = fresh.get(path) or path.read_bytes()
        files.append({"path": str(path.relative_to(ROOT)), "bytes": len(data),
                      "sha256": hashlib.sha256(data).hexdigest(), "licence": "Apache-2.0",
                      "source": "written for Retort"})
    return (json.dumps({"format": 1, "files": files}, indent=1) + "\n").encode()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    written = {ROOT / "prompts/templates.jsonl": encoded()}
    written[ROOT / "manifest.json"] = manifest(written)
    stale = [p for p, data in written.items() if not p.exists() or p.read_bytes() != data]
    for path in stale:
        if check:
            print(f"{path} is stale: run python3 Scripts/goldens/prompts.py", file=sys.stderr)
        else:
            path.write_bytes(data := written[path])
            print(f"{path}: {len(data)} bytes")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
