/** The link that lets somebody in. The token stands behind the `#`, where it reaches no server's log. */
export function invitationLink(token: string): string {
  return `${location.origin}/join#${new URLSearchParams({ token }).toString()}`;
}
