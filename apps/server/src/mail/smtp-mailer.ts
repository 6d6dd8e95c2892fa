import type { Mailer } from '@parley/engine';
import { createTransport } from 'nodemailer';

/** For each step with the server, in milliseconds: together less than what the engine gives a letter. */
const patienceMs = 5_000;

/**
 * Hands mails over by SMTP: `smtps` encrypts from the start, `smtp` as soon as the server can, and before it says a password
 * in any case, but to this very machine.
 */
export function smtpMailer(
  { url, from }: { readonly url: string; readonly from: string },
  stepMs = patienceMs,
): Mailer {
  const { protocol, hostname, port, username, password } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const secure = protocol === 'smtps:';
  const login = username !== '';
  const transport = createTransport({
    host,
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: login && !secure && !isLoopback(host),
    ...(login ? { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } } : {}),
    connectionTimeout: stepMs,
    greetingTimeout: stepMs,
    socketTimeout: stepMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ to, subject, text }) {
      await transport.sendMail({ from, to, subject, text }).catch((error: unknown) => {
        throw withoutAddress(error);
      });
    },
  };
}

/** What a mail server says of whom it refuses, and of what, names them; and an error goes to the log. */
function withoutAddress(error: unknown): unknown {
  if (typeof error !== 'object' || error === null || !('code' in error && 'responseCode' in error))
    return error;
  const { code, responseCode } = error;
  return code === 'EENVELOPE' || code === 'EMESSAGE'
    ? new Error(`the mail server refused it with ${String(responseCode)}`)
    : error;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
