import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const REPOSITORY = resolve(import.meta.dirname, '../..');

/** A fenced block of code. */
export interface CodeBlock {
  language: string;
  code: string;
  /** Of a block that is a whole file: its name, from the comment on its first line. */
  file?: string;
}

/** README.md, in the parts that tests look at. */
export class Readme {
  readonly text = readFileSync(join(REPOSITORY, 'README.md'), 'utf8');

  readonly blocks: CodeBlock[] = [...this.text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = '', code = '']) => {
    const file = /^(?:\/\/|#) (\S+)\n/.exec(code)?.[1];
    return { language, code, ...(file?.includes('.') && { file }) };
  });

  /** What is no code. */
  readonly prose = this.text.replace(/^```[\s\S]*?^```$/gm, '');

  /** The block that is this file. */
  file(name: string): string {
    const block = this.blocks.find(({ file }) => file === name);
    if (block === undefined) throw new Error(`README.md shows no ${name}.`);
    return block.code;
  }

  /** The rows of all tables under a heading of the second level, cell by cell, without heads. */
  rows(heading: string): string[][] {
    const section = this.prose.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
    if (section === undefined) throw new Error(`README.md has no section "${heading}".`);
    const lines = section.split('\n');
    return lines
      .filter((line, index) => line.startsWith('|') && !isRule(line) && !isRule(lines[index + 1] ?? ''))
      .map((line) => line.slice(1).replace(/\|\s*$/, '').split('|').map((cell) => cell.trim()));
  }

  /** The addresses of links, without those of the web. */
  get links(): string[] {
    return [...this.prose.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link).filter((link) => !link.startsWith('http'));
  }

  /** Where links to headings may lead, named as GitHub does. */
  get anchors(): string[] {
    return [...this.prose.matchAll(/^#+ (.+)$/gm)]
      .map(([, title = '']) => `#${title.toLowerCase().replace(/[^\w\- ]/g, '').replaceAll(' ', '-')}`);
  }
}

/** What stands in a cell's first pair of back-ticks; none where it has none. */
export function codeIn(cell: string | undefined): string | undefined {
  return /^`([^`]+)`/.exec(cell ?? '')?.[1];
}

function isRule(line: string): boolean {
  return /^\|(?:\s*-+\s*\|)+$/.test(line);
}
