// What a failed call says to who made it.

import { Problem } from "../api";
import { t } from "../messages";
import { say } from "./toast";

/** Say what went wrong, in words of ours where the server had none. */
export function complain(error: unknown): void {
  say(why(error), { trouble: true });
}

export function why(error: unknown): string {
  if (!(error instanceof Problem)) return t("problem.server");
  if (error.status === 0) return t("problem.offline");
  if (error.status === 403) return t("problem.not_allowed", { why: error.message });
  return error.message || t("problem.server");
}
