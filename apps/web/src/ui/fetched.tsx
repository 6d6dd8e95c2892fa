import { type ComponentType, useEffect, useState } from 'react';
import { useSpeech } from '../i18n/provider.tsx';
import { toast } from './toast.tsx';

/** What can be closed: by itself, too, when it cannot be opened. */
interface Closable {
  readonly onClose: () => void;
}

export interface Fetched<P> {
  (props: P): React.ReactNode;
  /** Fetches it before it is opened. */
  readonly fetch: () => Promise<unknown>;
}

/**
 * A component that is fetched when it is first opened, or ahead of that. Where that fails it says so and closes itself; it
 * is tried again the next time, which `React.lazy` does not do.
 */
export function fetched<P extends Closable>(
  load: () => Promise<{ readonly default: ComponentType<P> }>,
): Fetched<P> {
  let here: ComponentType<P> | undefined;
  const fetch = async (): Promise<ComponentType<P>> => {
    here ??= (await load()).default;
    return here;
  };
  function Opened(props: P) {
    const { onClose } = props;
    const { t } = useSpeech();
    const [Loaded, setLoaded] = useState(() => here);
    useEffect(() => {
      if (Loaded !== undefined) return;
      let current = true;
      fetch().then(
        (component) => {
          if (current) setLoaded(() => component);
        },
        () => {
          if (!current) return;
          toast(t('error.UNAVAILABLE'));
          onClose();
        },
      );
      return () => {
        current = false;
      };
    }, [Loaded, onClose, t]);
    return Loaded === undefined ? null : <Loaded {...props} />;
  }
  return Object.assign(Opened, { fetch });
}
