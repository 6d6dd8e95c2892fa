import type { Letter } from './mailer.ts';

/** Whom a letter goes to, as the account has it. */
interface Recipient {
  readonly email: string;
  readonly username: string;
}

// The token stands in the fragment of a link, which no server gets to see, and so no log.

export function verificationLetter(
  { email, username }: Recipient,
  publicUrl: string,
  token: string,
  hours: number,
): Letter {
  return {
    to: email,
    subject: 'Verify your e-mail address for Parley',
    text: lines(
      `Somebody, hopefully you, made the account ${username} with this e-mail address at ${publicUrl}.`,
      `If it was you, verify the address within ${hours} hours:`,
      `${publicUrl}/verify-email#token=${token}`,
      'Or give this token where you are asked for one:',
      token,
      'If it was not you, do nothing.',
    ),
  };
}

export function passwordResetLetter(
  { email, username }: Recipient,
  publicUrl: string,
  token: string,
  minutes: number,
): Letter {
  return {
    to: email,
    subject: 'Choose a new password for Parley',
    text: lines(
      `Somebody, hopefully you, asked for a new password for the account ${username} at ${publicUrl}.`,
      `If it was you, choose one within ${minutes} minutes. It signs every device out:`,
      `${publicUrl}/reset-password#token=${token}`,
      'Or give this token where you are asked for one:',
      token,
      'If it was not you, do nothing: the password stays as it is.',
    ),
  };
}

export function alreadyRegisteredLetter({ email, username }: Recipient, publicUrl: string): Letter {
  return {
    to: email,
    subject: 'You have a Parley account already',
    text: lines(
      `Somebody, perhaps you, tried to make an account with this e-mail address at ${publicUrl}.`,
      `There is one already, ${username}, and it stays as it is. If it was you, sign in there, or ask for a new password` +
        ' if you do not know the old one.',
      'If it was not you, there is nothing to do.',
    ),
  };
}

function lines(...paragraphs: readonly string[]): string {
  return `${paragraphs.join('\n\n')}\n`;
}
