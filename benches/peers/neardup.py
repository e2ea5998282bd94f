"""Finds near-duplicates with datasketch or rensa: neardup.py PEER DOCUMENTS THRESHOLD, one JSON text a line.

Every contender takes the same texts, makes sets of runs of three words, signs each with 128 permutations, puts it into an
index and looks up what it resembles. The way of use is the quick one of each library's own documentation. Counted is the
CPU time of all of it, without reading the file and importing. Printed: that time, the pairs the index gives, and those
whose estimated resemblance reaches the threshold.
"""

import json
import sys
import time

PERMUTATIONS = 128


def shingles(text):
    words = text.lower().split()
    return {" ".join(words[at : at + 3]) for at in range(max(1, len(words) - 2))}


def datasketch(texts, threshold):
    from datasketch import MinHash, MinHashLSH

    start = time.process_time()
    lsh = MinHashLSH(threshold=threshold - 0.1, num_perm=PERMUTATIONS)
    signed, found = [], []
    for index, text in enumerate(texts):
        sketch = MinHash(num_perm=PERMUTATIONS)
        sketch.update_batch([shingle.encode() for shingle in shingles(text)])
        for other in lsh.query(sketch):
            found.append((other, index, sketch.jaccard(signed[other])))
        lsh.insert(index, sketch)
        signed.append(sketch)
    return time.process_time() - start, found


def rensa(texts, threshold):
    from rensa import RMinHash, RMinHashLSH

    start = time.process_time()
    lsh = RMinHashLSH(threshold=threshold - 0.1, num_perm=PERMUTATIONS, num_bands=32)
    signed = RMinHash.from_token_sets((list(shingles(text)) for text in texts), PERMUTATIONS, 42)
    found = []
    for index, sketch in enumerate(signed):
        for other in lsh.query(sketch):
            found.append((other, index, sketch.jaccard(signed[other])))
        lsh.insert(index, sketch)
    return time.process_time() - start, found


def main():
    peer, path, threshold = sys.argv[1], sys.argv[2], float(sys.argv[3])
    with open(path, encoding="utf-8") as lines:
        texts = [json.loads(line) for line in lines]
    cpu_s, found = {"datasketch": datasketch, "rensa": rensa}[peer](texts, threshold)
    print(json.dumps({
        "cpu_s": cpu_s,
        "candidates": [[one, other] for one, other, _ in found],
        "pairs": [[one, other] for one, other, score in found if score >= threshold],
    }))


main()
