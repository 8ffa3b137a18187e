// A part's text as rich text, over the textarea that stays beneath it: the same string in and out.

import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import {
  baseKeymap,
  chainCommands,
  lift,
  setBlockType,
  toggleMark,
  wrapIn,
} from "prosemirror-commands";
import { history, redo, undo } from "prosemirror-history";
import { inputRules, textblockTypeInputRule, wrappingInputRule } from "prosemirror-inputrules";
import { keymap } from "prosemirror-keymap";
import { Slice } from "prosemirror-model";
import { liftListItem, sinkListItem, splitListItem, wrapInList } from "prosemirror-schema-list";
import { type Command, EditorState } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import type { Acts } from "./acts";
import { isAddress } from "./markdown";
import { markdownOf } from "./paste";
import { documentOf, fragmentOf, schema, textOf } from "./richmarkdown";
import type { TextPart } from "./writing";

export interface Riched {
  acts: Acts;
  part: TextPart;
  label: string;
  /** Called if there is something in the text that cannot be shown. */
  unable: () => void;
}

const { nodes, marks } = schema;

const link: Command = (state, dispatch) => {
  const { from, to, empty } = state.selection;
  if (empty) return false;
  if (state.doc.rangeHasMark(from, to, marks.link)) return toggleMark(marks.link)(state, dispatch);
  const words = state.doc.textBetween(from, to);
  const href = isAddress(words) ? words : "https://";
  return toggleMark(marks.link, { href })(state, dispatch);
};

const STYLES: Record<string, Command> = {
  "composer.bold": toggleMark(marks.strong),
  "composer.italic": toggleMark(marks.em),
  "composer.link": link,
  "composer.quote_lines": chainCommands(wrapIn(nodes.blockquote), lift),
  "composer.list": chainCommands(wrapInList(nodes.bullet_list), liftListItem(nodes.list_item)),
};

const newLine: Command = (state, dispatch) => {
  dispatch?.(state.tr.replaceSelectionWith(nodes.hard.create()).scrollIntoView());
  return true;
};

const plugins = () => [
  history(),
  inputRules({
    rules: [
      wrappingInputRule(/^- $/, nodes.bullet_list),
      wrappingInputRule(/^(\d+)\. $/, nodes.ordered_list, ([, start]) => ({
        start: Number(start),
      })),
      wrappingInputRule(/^> $/, nodes.blockquote),
      textblockTypeInputRule(/^(#{2,4}) $/, nodes.heading, ([, signs]) => ({
        level: signs?.length,
      })),
    ],
  }),
  keymap({
    "Mod-z": undo,
    "Mod-y": redo,
    "Shift-Mod-z": redo,
    Enter: splitListItem(nodes.list_item),
    "Shift-Enter": newLine,
    "Mod-]": sinkListItem(nodes.list_item),
    "Mod-[": liftListItem(nodes.list_item),
    "Shift-Mod-0": setBlockType(nodes.paragraph),
  }),
  keymap(baseKeymap),
];

export function Rich({ acts, part, label, unable }: Riched) {
  const { writing } = acts;
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | undefined>(undefined);
  const known = useRef("");

  useEffect(() => {
    const doc = documentOf(part.text.peek());
    if (!doc || !place.current) {
      unable();
      return;
    }
    known.current = part.text.peek();
    const made = new EditorView(place.current, {
      state: EditorState.create({ doc, plugins: plugins() }),
      attributes: { role: "textbox", "aria-multiline": "true", "aria-label": label, dir: "auto" },
      dispatchTransaction(transaction) {
        made.updateState(made.state.apply(transaction));
        if (!transaction.docChanged) return;
        known.current = textOf(made.state.doc);
        writing.typed(part, known.current);
      },
      handlePaste: (_, event) => take(made, event.clipboardData, acts),
      handleDrop: (_, event, __, moved) => !moved && take(made, event.dataTransfer, acts),
      handleDOMEvents: {
        focus: () => {
          const area = writing.areas.get(part.key);
          if (area) writing.area = area;
          writing.rich = (style) => {
            STYLES[style]?.(made.state, made.dispatch, made);
            made.focus();
          };
        },
      },
    });
    view.current = made;
    return () => {
      writing.rich = undefined;
      made.destroy();
      view.current = undefined;
    };
  }, [part.key]);

  // What was not typed here: a draft that came back, what a command took away, an empty sheet.
  useSignalEffect(() => {
    const text = part.text.value;
    const made = view.current;
    if (!made || text === known.current) return;
    const doc = documentOf(text);
    if (!doc) {
      unable();
      return;
    }
    known.current = text;
    made.updateState(EditorState.create({ doc, plugins: made.state.plugins }));
  });
  return <div class="rich prose" ref={place} />;
}

/** Everything that comes from elsewhere is cleaned as in the textarea: true if it is dealt with. */
function take(view: EditorView, data: DataTransfer | null, acts: Acts): boolean {
  if (!data) return false;
  const text = data.getData("text/plain");
  const html = data.getData("text/html");
  const files = [...data.files].filter(({ type }) => type.startsWith("image/"));
  if (files.length && !text.trim()) {
    acts.pictures(files);
    return true;
  }
  if (isAddress(text) && !view.state.selection.empty) {
    return toggleMark(marks.link, { href: text.trim() })(view.state, view.dispatch);
  }
  const markdown = html ? markdownOf(html) || text : text;
  if (!markdown) return true;
  const { content } = fragmentOf(markdown);
  const one = content.childCount === 1 && content.firstChild?.type === nodes.paragraph;
  const slice = one ? new Slice(content, 1, 1) : new Slice(content, 0, 0);
  view.dispatch(view.state.tr.replaceSelection(slice).scrollIntoView());
  return true;
}
