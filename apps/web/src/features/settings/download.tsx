import type { ExportCounts } from '@parley/contract';
import { useClient } from '@parley/sdk/react';
import { Download as DownloadIcon } from 'lucide-react';
import { useState } from 'react';
import { explain } from '../../explain.ts';
import { useSpeech } from '../../i18n/provider.tsx';
import { Button } from '../../ui/button.tsx';
import { Fault } from '../../ui/fault.tsx';
import { toast } from '../../ui/toast.tsx';
import { useTask } from '../../use-task.ts';

/** Downloads everything there is of oneself, as lines of JSON. */
export function Download({ username }: { username: string }) {
  const client = useClient();
  const { t } = useSpeech();
  const task = useTask();
  const [percent, setPercent] = useState(0);
  const download = () =>
    task.run(async () => {
      const lines: string[] = [];
      let expected = 1;
      for await (const line of client.auth.exportData()) {
        if (line.type === 'export') expected = linesOf(line.counts);
        lines.push(`${JSON.stringify(line)}\n`);
        setPercent(Math.min(99, Math.floor((100 * lines.length) / expected)));
      }
      save(new Blob(lines, { type: 'application/x-ndjson' }), `parley-${username}.ndjson`);
      toast(t('settings.export.done'));
    });
  return (
    <>
      <Fault text={task.error === null ? null : explain(task.error, t)} />
      <div>
        <Button disabled={task.busy} onClick={() => void download()}>
          <DownloadIcon size={16} aria-hidden />
          {task.busy ? t('settings.export.progress', { percent }) : t('settings.export.submit')}
        </Button>
      </div>
    </>
  );
}

/** How many lines there will be: those that are counted, the first and the last, and the profile. */
function linesOf({ sessions, conversations, messages, blocks, audit }: ExportCounts): number {
  return 3 + sessions + conversations + messages + blocks + audit;
}

/** Hands a file to the browser's downloads. */
function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Not before the browser has taken it.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
