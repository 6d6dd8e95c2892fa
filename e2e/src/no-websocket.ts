/** What `WebSocket` is to a page whose policy forbids it. */
export const ForbiddenWebSocket = new Proxy(WebSocket, {
  construct() {
    throw new DOMException('forbidden by the policy of the page', 'SecurityError');
  },
});
