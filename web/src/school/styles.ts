/** The styles of the school, each beside what it is for. The order counts: the first are refined by the later ones. */

import "./school.css";
import "./ways.css";
import "./signin.css";
import "./parts.css";
import "./prose.css";
import "./deleted.css";
import "./schedule.css";
import "./course/courses.css";
import "./course/course.css";
import "./course/people.css";
import "./course/next.css";
import "./course/path.css";
import "./course/edit/edit.css";
import "./course/search/search.css";
import "./quiz/quiz.css";
import "./quiz/result.css";
import "./quiz/analysis.css";
import "./teach/teach.css";
import "./work/work.css";
import "./work/document/document.css";
import "./grades/grades.css";
import "./account/account.css";
