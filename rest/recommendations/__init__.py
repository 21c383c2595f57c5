"""What a student should do next, and why. The models are pure functions over plain data; the platform's part below
puts them on the database and the web.

    answers ──▶ tracing (Elo, online) ──▶ mastery of each skill ─┐
       └──────▶ tracing_model (stronger, fitted at night)        ├─▶ paths ──▶ suggestions with reasons
    visits ───▶ ranker: popularity, ease, knn, sequence, blend ──┤
    teacher ──▶ graph (prerequisites of modules) ────────────────┘

| file | idea |
| --- | --- |
| ``tracing``, ``difficulty`` | mastery updated on each answer; how hard an item is |
| ``tally``, ``history``, ``features`` | what is remembered of a student's answers, as numbers for the fitted models |
| ``logistic``, ``boosting``, ``factors``, ``tracing_model`` | the fitted models of tracing and their mean |
| ``visits``, ``popularity``, ``ease``, ``knn``, ``sequence`` | scores of items from who visited what, in which order |
| ``blend``, ``ranker`` | one ranking out of these scores; weights learned by hiding each person's last visit |
| ``graph``, ``paths``, ``reasons`` | prerequisites, what next, learning paths, and the words for a suggestion |
| ``metrics`` | AUC, log loss, calibration, hit rate, MRR, NDCG |
| ``tables``, ``schemas``, ``routes`` | the platform's part: skills, mastery, progress, what next, learning paths |
| ``skills``, ``standing``, ``service`` | what trains a skill; how somebody and a class stand; suggestions |
| ``listening``, ``online`` | graded answers move ratings in the unit that grades them |
| ``fitting``, ``stored`` | the nightly fit of a course's ranker, and its bytes |
"""
