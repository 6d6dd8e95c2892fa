import type { LucideIcon } from 'lucide-react';
import type { PlainKey } from '../../i18n/catalog.ts';
import type { MessageSubject } from './message-subject.ts';

/** Something that can be done with a message. */
export interface MessageAction {
  readonly id: string;
  readonly label: PlainKey;
  readonly icon: LucideIcon;
  /** Whether it stands beside the message, too, while that is pointed at. */
  readonly beside: boolean;
  readonly danger: boolean;
  readonly applies: (subject: MessageSubject) => boolean;
  readonly run: (subject: MessageSubject) => void;
}
