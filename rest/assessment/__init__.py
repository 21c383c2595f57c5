"""Assessment: questions, attempts, grading and marks as pure functions over plain data; around them the shells.

    items ──▶ draws (a paper per attempt) ──▶ answers ──▶ autosave ──▶ grading ──▶ attempts ──▶ gradebook
                       windows (when), late (what it costs)                ▲
                       rubrics, peer_review, short_answers (people and what helps them)

| file | idea |
| --- | --- |
| ``items``, ``responses`` | kinds of question, shapes of answer; structs that check themselves |
| ``grading/`` | one item and one response to a score; ``numbers`` and ``units`` read what people type |
| ``papers``, ``draws`` | which questions an attempt gets and in which order, from a seed |
| ``windows``, ``late`` | when an attempt may run, with accommodations; what lateness costs |
| ``autosave`` | saved answers merged by sequence number, in any order, any number of times |
| ``attempts`` | a whole attempt scored, overridden by people, graded again |
| ``gradebook``, ``curves``, ``gradebook_csv`` | marks over a course |
| ``analysis`` | how each question did: difficulty, discrimination |
| ``rubrics``, ``peer_review``, ``peer_marks`` | marks given by people |
| ``short_answers/`` | likeness of short answers, with a confidence and a queue for a person |
| ``plagiarism/`` | programs that share more than they should |
| ``qti/`` | questions in and out as QTI 2.1 |

The shells, on the database and the web:

| file | idea |
| --- | --- |
| ``bank``, ``wire``, ``shown`` | questions kept by version; as JSON; what a student sees of one, never its key |
| ``quizzes``, ``access`` | what is asked, when, of whom; accommodations |
| ``sittings`` | start, save, read back, hand in, time is up |
| ``marking``, ``jobs``, ``results`` | grading now or by the worker (`rest.jobs`), again, by people; what is shown |
| ``events`` | graded answers told to who learns from them |
| ``columns``, ``book`` | the gradebook |
"""
