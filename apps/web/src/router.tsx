import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { conversationOfHash, isId, ownPath } from './addresses.ts';
import { client } from './client.ts';
import { conversationSearch } from './features/messages/address.ts';
import { Failed, Missing, Root } from './root.tsx';

/** What is searched for, and the conversation that it is kept to. */
interface SearchAddress {
  readonly q?: string | undefined;
  readonly in?: string | undefined;
}

const root = createRootRoute({
  component: Root,
  notFoundComponent: Missing,
  errorComponent: Failed,
  beforeLoad: ({ location }) => {
    const conversationId = conversationOfHash(location.hash);
    if (conversationId !== null) {
      redirect({ to: '/c/$conversationId', params: { conversationId }, replace: true, throw: true });
    }
  },
});

// From here on, what an address shows is fetched when it is first shown, or ahead of it.
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: ({ location: { href } }) => {
    // Strangers do not wait for what they may not see.
    if (client.auth.session.getSnapshot() !== null) return;
    redirect({ to: '/sign-in', search: href === '/' ? {} : { to: href }, replace: true, throw: true });
  },
  component: lazyRouteComponent(() => import('./features/shell/signed-in.tsx'), 'SignedIn'),
});

const chat = createRoute({
  getParentRoute: () => signedIn,
  id: 'chat',
  component: lazyRouteComponent(() => import('./features/conversations/chat-layout.tsx'), 'ChatLayout'),
});
const home = createRoute({
  getParentRoute: () => chat,
  path: '/',
  component: lazyRouteComponent(() => import('./features/conversations/chat-layout.tsx'), 'NothingOpen'),
});
const conversation = createRoute({
  getParentRoute: () => chat,
  path: '/c/$conversationId',
  validateSearch: conversationSearch,
  component: lazyRouteComponent(
    () => import('./features/messages/conversation-page.tsx'),
    'ConversationPage',
  ),
});
// Undefined and not left out: the router keeps of an address what is not replaced.
const asked = ({ q, in: place }: Record<string, unknown>): SearchAddress => ({
  // A number in an address is read as one.
  q: typeof q === 'string' || typeof q === 'number' ? String(q) : undefined,
  in: typeof place === 'string' && isId(place) ? place : undefined,
});
const find = createRoute({
  getParentRoute: () => chat,
  path: '/find',
  validateSearch: asked,
  component: lazyRouteComponent(() => import('./features/search/search-page.tsx'), 'SearchPage'),
});

const threads = createRoute({
  getParentRoute: () => chat,
  path: '/my/threads',
  component: lazyRouteComponent(() => import('./features/threads/threads-page.tsx'), 'ThreadsPage'),
});
const saved = createRoute({
  getParentRoute: () => chat,
  path: '/my/saved',
  component: lazyRouteComponent(() => import('./features/saved/saved-page.tsx'), 'SavedPage'),
});

const settings = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings',
  component: lazyRouteComponent(() => import('./features/settings/layout.tsx'), 'SettingsLayout'),
});
const settingsHome = createRoute({
  getParentRoute: () => settings,
  path: '/',
  component: lazyRouteComponent(() => import('./features/settings/layout.tsx'), 'SettingsHome'),
});
const profile = createRoute({
  getParentRoute: () => settings,
  path: '/profile',
  component: lazyRouteComponent(() => import('./features/settings/profile.tsx'), 'Profile'),
});
const security = createRoute({
  getParentRoute: () => settings,
  path: '/security',
  component: lazyRouteComponent(() => import('./features/settings/security.tsx'), 'Security'),
});
const privacy = createRoute({
  getParentRoute: () => settings,
  path: '/privacy',
  component: lazyRouteComponent(() => import('./features/settings/privacy.tsx'), 'Privacy'),
});
const appearance = createRoute({
  getParentRoute: () => settings,
  path: '/appearance',
  component: lazyRouteComponent(() => import('./features/settings/appearance.tsx'), 'Appearance'),
});
const shortcuts = createRoute({
  getParentRoute: () => settings,
  path: '/shortcuts',
  component: lazyRouteComponent(() => import('./features/settings/shortcuts.tsx'), 'ShortcutsPage'),
});
const data = createRoute({
  getParentRoute: () => settings,
  path: '/data',
  component: lazyRouteComponent(() => import('./features/settings/data.tsx'), 'OwnData'),
});

// Undefined and not left out: the router keeps of an address what is not replaced.
const destination = ({ to }: Record<string, unknown>): { to?: string | undefined } => ({ to: ownPath(to) });
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: destination,
  component: lazyRouteComponent(() => import('./features/auth/sign-in.tsx'), 'SignIn'),
});
const register = createRoute({
  getParentRoute: () => root,
  path: '/register',
  validateSearch: destination,
  component: lazyRouteComponent(() => import('./features/auth/register.tsx'), 'Register'),
});
const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: '/forgot-password',
  component: lazyRouteComponent(() => import('./features/auth/forgot-password.tsx'), 'ForgotPassword'),
});
const resetPassword = createRoute({
  getParentRoute: () => root,
  path: '/reset-password',
  component: lazyRouteComponent(() => import('./features/auth/reset-password.tsx'), 'ResetPassword'),
});
const verifyEmail = createRoute({
  getParentRoute: () => root,
  path: '/verify-email',
  component: lazyRouteComponent(() => import('./features/auth/verify-email.tsx'), 'VerifyEmail'),
});
const join = createRoute({
  getParentRoute: () => root,
  path: '/join',
  component: lazyRouteComponent(() => import('./features/invitations/join-page.tsx'), 'JoinPage'),
});

/** Every address of the app. What they show comes from the client's stores, which are live, so nothing is loaded here. */
export const router = createRouter({
  routeTree: root.addChildren([
    signedIn.addChildren([
      chat.addChildren([home, conversation, find, threads, saved]),
      settings.addChildren([settingsHome, profile, security, privacy, appearance, shortcuts, data]),
    ]),
    signIn,
    register,
    forgotPassword,
    resetPassword,
    verifyEmail,
    join,
  ]),
  defaultPreload: 'intent',
  scrollRestoration: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
