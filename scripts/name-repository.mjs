// Puts the repository's address into what is packed: `name-repository.mjs https://github.com/OWNER/NAME`. The
// sources say "this repository", for they can't know where they are published.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const address = process.argv[2];
const phrase = /(?<!\[)(?:this repository|эт\p{L}+ репозитори\p{L}+)/giu;
const change = (file, edit) => {
  writeFileSync(file, edit(readFileSync(file, 'utf8')));
};

change('package.json', (json) => {
  const repository = { type: 'git', url: `git+${address}.git` };
  const manifest = {
    ...JSON.parse(json),
    homepage: address,
    bugs: `${address}/issues`,
    repository,
  };

  return `${JSON.stringify(manifest, null, 2)}\n`;
});

for (const file of readdirSync('.', { recursive: true }).filter((name) => name.endsWith('.md'))) {
  change(file, (text) =>
    text
      .replaceAll(phrase, (words) => `[${words}](${address})`)
      .replaceAll(/(?<=--repo )(?:OWNER\/NAME|…)/g, new URL(address).pathname.slice(1))
  );
}
