/** Requests with a body of JSON: where it goes, and the body. None hashes a password as it stands: that is slow, not wrong. */
export const bodies: readonly (readonly [method: string, path: string, body: string])[] = [
  ['POST', '/messages', '{"conversationId":"{room}","content":"hello","messageType":"text"}'],
  ['POST', '/messages', '{"conversationId":"{room}","content":"\\u0000\\ud800","id":"{message}"}'],
  ['PUT', '/messages/{message}', '{"content":"other","conversationId":"{room}"}'],
  ['PUT', '/messages/mark-as-read', '{"conversationId":"{room}","messageIds":["{message}"]}'],
  ['PUT', '/messages/mark-as-read', '{"conversationId":"{room}","position":1}'],
  ['POST', '/conversations', '{"participantIds":["{person}"],"title":"x","history":"full"}'],
  ['POST', '/conversations', '{"participantIds":["{person}"]}'],
  ['PUT', '/conversations/{room}', '{"title":"y"}'],
  ['POST', '/conversations/{room}/members', '{"userIds":["{person}"]}'],
  ['PUT', '/auth/profile', '{"displayName":"D","avatar":"https://example.com/a.png"}'],
  ['PUT', '/auth/online-status', '{"isOnline":true}'],
  ['POST', '/auth/refresh', '{"refreshToken":"x"}'],
  ['POST', '/auth/register', '{"email":"x","username":"y","password":"z"}'],
  ['POST', '/auth/login', '{"email":"","password":""}'],
  ['POST', '/trpc/messages.send', '{"conversationId":"{room}","content":"hello"}'],
  [
    'POST',
    '/trpc/messages.send,messages.markRead?batch=1',
    '{"0":{"conversationId":"{room}","content":"a"},"1":{"conversationId":"{room}"}}',
  ],
  ['POST', '/trpc/auth.updateProfile', '{"displayName":null,"avatar":null}'],
];
