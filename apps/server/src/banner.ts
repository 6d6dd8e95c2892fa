import { demoPassword } from './demo/script.ts';

/** What whoever started the server reads first. */
export function banner(address: string, demo: boolean): string {
  const lines = [`  Parley is ready at ${address}`];
  if (demo) {
    lines.push(
      '',
      '  Sign in as',
      ...['ada', 'grace'].map((name) => `    ${name.padEnd(8)}password  ${demoPassword}`),
    );
  }
  return `\n${lines.join('\n')}\n\n`;
}
