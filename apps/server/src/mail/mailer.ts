import type { Mailer } from '@parley/engine';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { smtpMailer } from './smtp-mailer.ts';

/**
 * The mailer that is configured. Without one mails are written to the log in development; in production there is none,
 * which is said here once.
 */
export function createMailer(
  { smtp, production }: Pick<Config, 'smtp' | 'production'>,
  log: Logger,
): Mailer | null {
  if (smtp !== null) return smtpMailer(smtp);
  if (production) {
    log.warn('mail is off, as SMTP_URL is not set: nobody can choose a new password by mail');
    return null;
  }
  return {
    async send({ to, subject, text }) {
      log.info({ to, subject }, `mail, as SMTP_URL is not set\n\n${text}`);
    },
  };
}
