import { TemplateType } from '@logto/connector-kit';

import { checkTag } from './language.js';
import { describeLetters } from './letters.js';
import { isObject, isText, isUsable, toTemplate } from './template.js';

/** The usage types that Logto's own flows need a template for. */
export const requiredUsageTypes: readonly string[] = [
  TemplateType.Register,
  TemplateType.SignIn,
  TemplateType.ForgotPassword,
  TemplateType.Generic,
];

/** What stands between the braces of placeholders. */
const betweenBraces = /(?<={{)[^{}]*(?=}})|(?<=<<)[^<>]*(?=>>)/g;

/** What is wrong with one text. `name` says which: "The SignIn template for ru". */
function* findTextProblems(name: string, usageType: string, text: unknown) {
  if (!isText(text)) {
    yield `${name} is empty; write its text.`;
  } else if (!isUsable(usageType, text)) {
    const letters = describeLetters((text.match(betweenBraces) ?? []).join(''));
    const hint = letters && ` In a placeholder that it has, ${letters}.`;

    yield `${name} has no {{code}}; put it where the code belongs.${hint}`;
  }
}

/** What is wrong with the language tags of a template and the texts under them. */
function* findLanguageProblems(name: string, usageType: string, texts: Map<string, unknown>) {
  const firstTags = new Map<string, string>();

  if (texts.size > 100) {
    yield `${name} has more than 100 languages; remove some.`;

    return;
  }

  for (const [tag, text] of texts) {
    const { canonical = tag, problem } = checkTag(tag);
    const firstTag = firstTags.get(canonical);

    if (problem) {
      yield `${name} has "${tag}" as a language tag; ${problem}`;
    } else if (firstTag) {
      yield `${name} has "${firstTag}" and "${tag}" for one language; remove one of them.`;
    } else {
      firstTags.set(canonical, tag);
    }

    yield* findTextProblems(`${name} for ${tag}`, usageType, text);
  }
}

/** What is wrong with one template. `index` is its place in the list, from 0. */
function* findTemplateProblems(template: unknown, index: number) {
  const { usageType, content } = toTemplate(template);

  if (typeof usageType !== 'string') {
    yield `Template ${index + 1} needs a usageType, for example "SignIn".`;

    return;
  }

  const name = `The ${usageType} template`;

  if (!isObject(content)) {
    yield* findTextProblems(name, usageType, content);

    return;
  }

  const texts = new Map(Object.entries(content));
  const fallback = texts.get('default');

  texts.delete('default');

  if (fallback === undefined) {
    yield `${name} needs a text under "default", for everybody whose language is not listed.`;
  } else {
    yield* findTextProblems(`${name} under "default"`, usageType, fallback);
  }

  yield* findLanguageProblems(name, usageType, texts);
}

/**
 * What is wrong with the stored templates, for the console: a visitor's message may go out all the same. Each problem
 * is worked out when it is asked for, because a config can have thousands and the console shows five.
 */
export function* findTemplateIssues(templates: unknown[]) {
  const usageTypes = templates.map((template) => toTemplate(template).usageType);
  const missing = requiredUsageTypes.filter((usageType) => !usageTypes.includes(usageType));
  const known = new Set<unknown>();

  if (missing.length > 0) {
    yield { path: ['templates'], message: `Add a template for: ${missing.join(', ')}.` };
  }

  for (const [index, usageType] of usageTypes.entries()) {
    const path = ['templates', index];

    if (typeof usageType === 'string' && known.has(usageType)) {
      yield { path, message: `There is another ${usageType} template; remove one of them.` };
    }

    for (const message of findTemplateProblems(templates[index], index)) {
      yield { path, message };
    }

    known.add(usageType);
  }
}
