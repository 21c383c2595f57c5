/** A whiteboard: pages, and the drawing of the one in view. */

import { Pencil, Plus } from "lucide-react";
import type { SyntheticEvent } from "react";
import { useEffect, useId, useState, useSyncExternalStore } from "react";
import type * as Y from "yjs";
import type { EditorProps } from "../class/editor";
import { usePresence } from "../class/editor";
import { useI18n } from "../i18n/provider";
import { Dialog } from "../ui/Dialog";
import BoardPage from "./BoardPage";
import type { Page } from "./schema";
import { addPage, elementsOf, listPages, pagesOf, renamePage, seedBoard } from "./schema";

const LONGEST_NAME = 60;

export default function Board(props: EditorProps) {
  const { document, writable, me, lead } = props;
  const { t } = useI18n();
  const pages = usePages(document.doc);
  const [chosen, setChosen] = useState("");
  const [renaming, setRenaming] = useState<Page | null>(null);
  usePresence(document, me);
  useEffect(() => {
    if (writable && pages.length === 0) seedBoard(document.doc);
  }, [document, pages, writable]);

  const wanted = lead.following?.page || chosen;
  const page = pages.find(({ id }) => id === wanted) ?? pages[0];
  const elements = page && elementsOf(document.doc, page.id);
  const nameOf = (one: Page): string => one.name || t("board.page", { number: pages.indexOf(one) + 1 });
  const choose = (id: string): void => {
    if (lead.following !== null && id !== page?.id) lead.wander();
    setChosen(id);
  };
  const add = (): void => {
    const id = `page-${crypto.randomUUID().slice(0, 8)}`;
    addPage(document.doc, id, "");
    choose(id);
  };
  return (
    <div className="board">
      {page && elements && <BoardPage key={page.id} {...props} page={page.id} elements={elements} />}
      <nav className="board-pages" aria-label={t("board.pages")}>
        <ul>
          {pages.map((one) => (
            <li key={one.id}>
              <button
                type="button"
                className="page-tab"
                aria-current={one.id === page?.id ? "page" : undefined}
                onClick={() => choose(one.id)}
                title={nameOf(one)}
              >
                <bdi>{nameOf(one)}</bdi>
              </button>
            </li>
          ))}
        </ul>
        {writable && page && (
          <>
            <button type="button" className="icon-button" aria-label={t("board.renamePage")} onClick={() => setRenaming(page)}>
              <Pencil aria-hidden />
            </button>
            <button type="button" className="icon-button" aria-label={t("board.addPage")} onClick={add}>
              <Plus aria-hidden />
            </button>
          </>
        )}
      </nav>
      {renaming && (
        <RenameDialog
          name={nameOf(renaming)}
          onClose={() => setRenaming(null)}
          onRename={(name) => renamePage(document.doc, renaming.id, name)}
        />
      )}
    </div>
  );
}

function RenameDialog({ name, onRename, onClose }: { name: string; onRename(name: string): void; onClose(): void }) {
  const { t } = useI18n();
  const [text, setText] = useState(name);
  const id = useId();
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    onRename(text.trim());
    onClose();
  };
  return (
    <Dialog title={t("board.renamePage")} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <div className="field">
          <label htmlFor={id}>{t("board.pageName")}</label>
          <input
            id={id}
            dir="auto"
            autoFocus
            maxLength={LONGEST_NAME}
            value={text}
            onFocus={(event) => event.target.select()}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        <div className="row end">
          <button type="button" className="button" onClick={onClose}>
            {t("class.cancel")}
          </button>
          <button type="submit" className="button primary">
            {t("board.rename")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** The pages of a board; a new list only when a page, its name or its place changed. */
function usePages(doc: Y.Doc): Page[] {
  const [source] = useState(() => {
    let pages = listPages(doc);
    const subscribe = (notify: () => void) => {
      const onChange = (events: Y.YEvent<Y.AbstractType<unknown>>[]): void => {
        if (events.every((event) => event.path.length >= 2)) return;
        pages = listPages(doc);
        notify();
      };
      pagesOf(doc).observeDeep(onChange as never);
      return () => pagesOf(doc).unobserveDeep(onChange as never);
    };
    return { subscribe, get: () => pages };
  });
  return useSyncExternalStore(source.subscribe, source.get);
}
