const tellScript = (letter: string) => {
  if (/\p{Script=Cyrillic}/u.test(letter)) {
    return 'Cyrillic';
  }

  return /\p{Script=Greek}/u.test(letter) ? 'Greek' : 'not Latin';
};

/**
 * Names the first five letters that are not Latin, such as `"А" is Cyrillic`: some look like Latin ones, so nobody
 * sees what is wrong with a name that has them. Empty where all letters are Latin.
 */
export const describeLetters = (name: string): string =>
  [...new Set(name.match(/(?!\p{Script=Latin})\p{L}/gu))]
    .slice(0, 5)
    .map((letter) => `"${letter}" is ${tellScript(letter)}`)
    .join(', ');
