// A small table: arrow keys go from row to row, Enter adds one.

import { t } from "../../messages";
import { Button } from "../../ui/button";
import { Check, Line } from "../../ui/field";
import type { Editing } from "../cards";
import { inline, plain } from "../html";

export function TableCard({ block, set }: Editing<"table">) {
  const header = block.header ?? [];
  const grid = header.length ? [header, ...block.rows] : block.rows;
  const width = grid[0]?.length ?? 0;
  const put = (rows: string[][], headed = header.length > 0) =>
    set(headed ? { header: rows[0] ?? [], rows: rows.slice(1) } : { header: [], rows });
  const change = (row: number, column: number, words: string) =>
    put(grid.map((cells, y) => cells.map((cell, x) => (y === row && x === column ? words : cell))));
  const keyed = (event: KeyboardEvent & { currentTarget: HTMLInputElement }, row: number) => {
    const { key, currentTarget } = event;
    if (key !== "Enter" && key !== "ArrowDown" && key !== "ArrowUp") return;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (key === "Enter" && row === grid.length - 1) put([...grid, blank(width)]);
    const table = currentTarget.closest("table");
    const column = (currentTarget.closest("td, th") as HTMLTableCellElement).cellIndex;
    const to = row + (key === "ArrowUp" ? -1 : 1);
    requestAnimationFrame(() => table?.rows[to]?.cells[column]?.querySelector("input")?.focus());
  };
  const Cell = header.length ? "th" : "td";
  return (
    <>
      <div class="table-grid">
        <table>
          <tbody>
            {grid.map((cells, row) => (
              <tr key={row}>
                {cells.map((cell, column) => {
                  const Tag = row === 0 ? Cell : "td";
                  return (
                    <Tag key={column}>
                      <input
                        class="bare"
                        dir="auto"
                        aria-label={t("composer.cell", { row: row + 1, column: column + 1 })}
                        value={plain(cell)}
                        onInput={(event) => change(row, column, inline(event.currentTarget.value))}
                        onKeyDown={(event) => keyed(event, row)}
                      />
                    </Tag>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div class="card-buttons">
        <Button look="quiet" icon="add" onClick={() => put([...grid, blank(width)])}>
          {t("composer.row")}
        </Button>
        <Button look="quiet" icon="add" onClick={() => put(grid.map((cells) => [...cells, ""]))}>
          {t("composer.column")}
        </Button>
        {grid.length > 2 && (
          <Button look="quiet" icon="close" onClick={() => put(grid.slice(0, -1))}>
            {t("composer.less_row")}
          </Button>
        )}
        {width > 1 && (
          <Button
            look="quiet"
            icon="close"
            onClick={() => put(grid.map((cells) => cells.slice(0, -1)))}
          >
            {t("composer.less_column")}
          </Button>
        )}
      </div>
      <Check
        label={t("composer.header_row")}
        checked={header.length > 0}
        onChange={(event) => put(grid, event.currentTarget.checked)}
      />
      <Line
        label={t("composer.caption")}
        value={block.caption ?? ""}
        onInput={(event) => set({ caption: event.currentTarget.value })}
      />
    </>
  );
}

const blank = (width: number): string[] => Array.from({ length: width }, () => "");
