// How `npm start` writes: lines of 80 columns at most, and texts side by side.

const lineWidth = 80;
const labelWidth = 12;
const gap = 2;

/** Chinese, Japanese and Korean characters take two columns, and marks upon a letter none. */
const toWidth = (text: string) =>
  text.replaceAll(/\p{M}/gu, '').replaceAll(/[\u1100-\u115F\u2E80-\uD7A3\uF900-\uFFE6]/g, '..')
    .length;

/** Breaks a text into lines, between words or, where one is too long, within it. */
export const wrap = (text: string, width: number): string[] =>
  text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '';

    for (const word of paragraph.split(' ')) {
      if (line && toWidth(`${line} ${word}`) > width) {
        lines.push(line);
        line = '';
      }

      for (const character of line ? ` ${word}` : word) {
        if (toWidth(line + character) > width) {
          lines.push(line);
          line = '';
        }

        line += character;
      }
    }

    return [...lines, line];
  });

/** Only on a terminal, and not where nobody wants it: https://no-color.org. */
export const isColoured = ({ isTTY = false }: { isTTY?: boolean }, env: NodeJS.ProcessEnv) =>
  isTTY && !env.NO_COLOR && env.TERM !== 'dumb';

const style = (code: number, text: string) =>
  isColoured(process.stdout, process.env) ? `\u001B[${code}m${text}\u001B[0m` : text;

export const printTitle = (title: string) => {
  console.log(`\n${style(1, wrap(`› ${title}`, lineWidth - 2).join('\n  '))}`);
};

/** Prints one text, or several side by side, with a label before them. */
export const printRow = (label: string, ...texts: string[]) => {
  const width = Math.floor((lineWidth - labelWidth - gap * (texts.length - 1)) / texts.length);
  const columns = texts.map((text) => wrap(text, width));

  for (let line = 0; line < Math.max(...columns.map(({ length }) => length)); line += 1) {
    const cells = columns.map(({ [line]: text = '' }) => text + ' '.repeat(width - toWidth(text)));
    const name = (line === 0 ? `  ${label}` : '').padEnd(labelWidth);

    console.log(`${style(36, name)}${cells.join(' '.repeat(gap)).trimEnd()}`);
  }
};

/** Prints tables side by side, with a row for each label that has a text in any of them. */
export const printRows = <Label extends string>(
  ...tables: Array<Record<Label, string | undefined>>
) => {
  for (const label of Object.keys(tables[0] ?? {}) as Label[]) {
    const texts = tables.flatMap(({ [label]: text }) => text ?? []);

    if (texts.length > 0) {
      printRow(label, ...texts);
    }
  }
};
