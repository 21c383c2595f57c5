/** The gradebook as the REST tier tells it (`rest/assessment/schemas_book.py`). */

export interface Column {
  id: string;
  title: string;
  category: string;
  maximum: number;
  over: boolean;
}

export interface Cell {
  column_id: string;
  score: number | null;
  excused: boolean;
  overridden: boolean;
  dropped: boolean;
  comment: string;
}

export interface Standing {
  cells: Cell[];
  percent: number | null;
  curved: number | null;
  grade: string | null;
}

export interface Row extends Standing {
  person_id: string;
  name: string;
}

export interface Gradebook {
  columns: Column[];
  rows: Row[];
}

export interface CourseGrades extends Standing {
  course_id: string;
  title: string;
  columns: Column[];
}

/** What counts in the end: the curved share where there is a curve. */
export const finalPercent = ({ percent, curved }: Standing): number | null => curved ?? percent;

export const cellOf = (standing: Standing, column: string): Cell | undefined =>
  standing.cells.find(({ column_id }) => column_id === column);
