import { TemplateType } from '@logto/connector-kit';

import { checkTag } from './language.js';
import { describeLetters } from './letters.js';
import { getOwn, isObject, isText, isUsable, toTemplate } from './template.js';

/** The usage types that Logto's own flows need a template for. */
export const requiredUsageTypes: readonly string[] = [
  TemplateType.Register,
  TemplateType.SignIn,
  TemplateType.ForgotPassword,
  TemplateType.Generic,
];

/** What stands between the brackets of a placeholder, curly or angled. */
const betweenBrackets = /(?<={{)[^{}]*(?=}})|(?<=<<)[^<>]*(?=>>)/g;

/** What is wrong with one text. `name` says which: "The SignIn template for ru". */
function* findTextProblems(name: string, usageType: string, text: unknown) {
  if (!isText(text)) {
    yield `${name} is empty; write its text.`;
  } else if (!isUsable(usageType, text)) {
    const letters = describeLetters((text.match(betweenBrackets) ?? []).join(''));
    const hint = letters && ` In a placeholder that it has, ${letters}.`;

    yield `${name} has no {{code}}; put it where the code belongs.${hint}`;
  }
}

/** What is wrong with one template. */
function* findTemplateProblems(usageType: string, content: unknown) {
  const name = `The ${usageType} template`;

  if (!isObject(content)) {
    yield* findTextProblems(name, usageType, content);

    return;
  }

  const fallback = getOwn(content, 'default');
  const tags = Object.keys(content).filter((key) => key !== 'default');
  const firstTags = new Map<string, string>();

  if (fallback === undefined) {
    yield `${name} needs a text under "default", for everybody whose language is not listed.`;
  } else {
    yield* findTextProblems(`${name} under "default"`, usageType, fallback);
  }

  if (tags.length > 100) {
    yield `${name} has more than 100 languages; remove some.`;

    return;
  }

  for (const tag of tags) {
    const { canonical = tag, problem } = checkTag(tag);
    const firstTag = firstTags.get(canonical);

    if (problem) {
      yield `${name} has "${tag}" as a language tag; ${problem}`;
    } else if (firstTag) {
      yield `${name} has "${firstTag}" and "${tag}" for one language; remove one of them.`;
    } else {
      firstTags.set(canonical, tag);
    }

    yield* findTextProblems(`${name} for ${tag}`, usageType, content[tag]);
  }
}

/**
 * What is wrong with the stored templates, for the console: a visitor's message may go out all the same. Each problem
 * is worked out when it is asked for, because a config can have thousands and the console shows five.
 */
export function* findTemplateIssues(stored: unknown[]) {
  const templates = stored.map((template) => toTemplate(template));
  const usageTypes = new Set(templates.map(({ usageType }) => usageType));
  const missing = requiredUsageTypes.filter((usageType) => !usageTypes.has(usageType));

  if (missing.length > 0) {
    yield { path: ['templates'], message: `Add a template for: ${missing.join(', ')}.` };
  }

  for (const [index, { usageType, content }] of templates.entries()) {
    const path = ['templates', index];

    if (typeof usageType === 'string') {
      // The first template of a usage type takes it out of the set.
      if (!usageTypes.delete(usageType)) {
        yield { path, message: `There is another ${usageType} template; remove one of them.` };
      }

      for (const message of findTemplateProblems(usageType, content)) {
        yield { path, message };
      }
    } else {
      yield { path, message: `Template ${index + 1} needs a usageType, for example "SignIn".` };
    }
  }
}
