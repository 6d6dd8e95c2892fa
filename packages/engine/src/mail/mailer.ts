/** A mail in plain text. */
export interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Takes mails to where they are delivered from. */
export interface Mailer {
  /** Resolves once the mail was taken over. @throws when it was not */
  send(letter: Letter): Promise<void>;
}

/** How mails are sent, and what the links in them begin with. */
export interface MailOptions {
  readonly mailer: Mailer;
  /** Where people reach the server, without a slash at the end. */
  readonly publicUrl: string;
}
