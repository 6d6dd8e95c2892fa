import type { Viewer } from '../auth/schema.ts';
import type { LiveStream } from '../live.ts';
import type { ReceiptEvent } from './events.ts';
import type {
  Delivered,
  MessageReceipts,
  ReceiptList,
  ReceiptPage,
  ReceiptsDelivered,
  ReceiptsOf,
  ReceiptsWatch,
} from './schema.ts';

/**
 * What members have got and read. Who keeps theirs to themselves is in no answer and sees none of others; the same
 * between two of whom one has blocked the other.
 */
export interface ReceiptsService {
  /**
   * Says how far the viewer's client has got conversations: never taken back, and never past the latest. Those that the
   * viewer is not in are passed over.
   * @throws UNAVAILABLE
   */
  delivered(viewer: Viewer, input: ReceiptsDelivered): Promise<Delivered>;
  /** How far the others have got and read a conversation. @throws NOT_MEMBER */
  list(viewer: Viewer, input: ReceiptList): Promise<ReceiptPage>;
  /** Who has got, and who has read, a message. @throws NOT_MEMBER, NOT_FOUND; CONFLICT as `messages.get` */
  of(viewer: Viewer, input: ReceiptsOf): Promise<MessageReceipts>;
  /**
   * The receipts of a conversation, live. Ends with NOT_MEMBER when the viewer is not in it any more, and with CONFLICT when
   * it has more members than can be followed.
   * @throws NOT_MEMBER; CONFLICT when the conversation has more than 100 members
   */
  watch(viewer: Viewer, input: ReceiptsWatch): Promise<LiveStream<ReceiptEvent>>;
}
