// Puts the repository's address into what is packed: `name-repository.mjs https://github.com/OWNER/NAME`. The
// sources say "this repository", for they can't know where they are published.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const address = process.argv[2];
const phrase = /(?<!\[)(?:this repository|эт\p{L}+ репозитори\p{L}+)/giu;
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const repository = { type: 'git', url: `git+${address}.git` };

Object.assign(manifest, { homepage: address, bugs: `${address}/issues`, repository });
writeFileSync('package.json', `${JSON.stringify(manifest, null, 2)}\n`);

// No other folder: `node_modules` may be a link to packages that others use.
const files = [...readdirSync('.'), ...readdirSync('docs').map((name) => `docs/${name}`)];

for (const file of files.filter((name) => name.endsWith('.md'))) {
  const text = readFileSync(file, 'utf8')
    .replaceAll(phrase, (words) => `[${words}](${address})`)
    .replaceAll(/(?<=--repo )(?:OWNER\/NAME|…)/g, new URL(address).pathname.slice(1));

  writeFileSync(file, text);
}
