import { transform } from '@swc/core';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type CodeBlock, REPOSITORY } from './readme.ts';

/** What a snippet takes for granted. */
const AT_HAND = `
import type { WhatsAppAccountOptions, WhatsAppBridge } from 'nestjs-whatsapp-bridge';
declare global {
  const account: WhatsAppAccountOptions;
  const bridge: WhatsAppBridge;
  const optOuts: Set<string>;
  function Public(): ClassDecorator;
}
`;
/** What a snippet does not import, since its reader knows where it comes from. */
const KNOWN_IMPORTS: Record<string, string> = {
  '@nestjs/config': 'ConfigModule, ConfigService',
  '@nestjs/core': 'NestFactory',
  '@nestjs/platform-fastify': 'FastifyAdapter, type NestFastifyApplication',
  '@nestjs/throttler': 'SkipThrottle',
  'nestjs-whatsapp-bridge': 'WhatsAppBridgeModule',
};

/** The README's TypeScript in a folder of its own, outside of the repository, as a reader has it. */
export class ReadmeCode {
  private constructor(readonly folder: string, private readonly blocks: CodeBlock[]) {}

  static async unpack(blocks: CodeBlock[]): Promise<ReadmeCode> {
    const folder = await mkdtemp(join(tmpdir(), 'whatsapp-bridge-readme-'));
    await symlink(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    return new ReadmeCode(folder, blocks.filter(({ language }) => language === 'ts'));
  }

  /** Compiles the whole files as hosts do, `emitDecoratorMetadata` included. */
  async compile(): Promise<void> {
    await Promise.all(this.blocks.map(async ({ file, code }) => {
      if (file === undefined) return;
      const { code: javascript } = await transform(code, {
        filename: file,
        configFile: false,
        swcrc: false,
        jsc: {
          parser: { syntax: 'typescript', decorators: true }, transform: { legacyDecorator: true, decoratorMetadata: true }, target: 'es2023',
        },
      });
      await writeFile(join(this.folder, file.replace(/\.ts$/, '.js')), javascript);
    }));
  }

  /** What TypeScript finds wrong in files and snippets alike, a line each. */
  async typeErrors(): Promise<string[]> {
    await writeFile(join(this.folder, 'at-hand.ts'), AT_HAND);
    for (const [index, { file, code }] of this.blocks.entries()) {
      await writeFile(join(this.folder, file ?? `snippet-${index}.ts`), file === undefined ? snippet(code) : code);
    }
    await writeFile(join(this.folder, 'tsconfig.json'), JSON.stringify({
      extends: join(REPOSITORY, 'tsconfig.json'),
      compilerOptions: {
        rootDir: '/', types: ['node'], typeRoots: [join(REPOSITORY, 'node_modules/@types')], emitDecoratorMetadata: true, noUnusedLocals: false,
        paths: {
          'nestjs-whatsapp-bridge': [join(REPOSITORY, 'lib/index.ts')],
          'nestjs-whatsapp-bridge/testing': [join(REPOSITORY, 'lib/testing/index.ts')],
        },
      },
      include: ['*.ts'],
    }));
    const tsc = join(REPOSITORY, 'node_modules/typescript/bin/tsc');
    const { stdout } = await promisify(execFile)(process.execPath, [tsc, '-p', this.folder, '--pretty', 'false'])
      .catch((error: { stdout: string }) => error);
    return stdout.split('\n').filter((line) => line.includes('error TS'));
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}

function snippet(code: string): string {
  const imports = Object.entries(KNOWN_IMPORTS).map(([from, names]) => `import { ${names} } from '${from}';`);
  return [...imports, "import { AppModule } from './app.module.js';", code].join('\n');
}
