// People as their initials, each in a colour of their own that is always the same.

const SHOWN = 4;
const HUES = 6;

export function Faces({ names, label }: { names: string[]; label: string }) {
  if (!names.length) return <span class="faces" />;
  return (
    <span class="faces" role="img" aria-label={label} title={label}>
      {names.slice(0, SHOWN).map((name) => (
        <Face key={name} name={name} />
      ))}
      {names.length > SHOWN && <span class="face">+{names.length - SHOWN}</span>}
    </span>
  );
}

export function Face({ name }: { name: string }) {
  return (
    <span class="face" data-hue={hue(name)} aria-hidden="true">
      {initials(name)}
    </span>
  );
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  const first = [...(words[0] ?? "")][0] ?? "";
  const last = words.length > 1 ? ([...(words.at(-1) ?? "")][0] ?? "") : "";
  return (first + last).toLocaleUpperCase();
}

function hue(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997;
  return sum % HUES;
}
