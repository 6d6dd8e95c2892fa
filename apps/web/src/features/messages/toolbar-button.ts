/** The look of a button beside a message. */
export const toolbarButtonClass =
  'grid size-8 place-items-center text-soft first:rounded-s-lg last:rounded-e-lg hover:bg-hover hover:text-fg focus-visible:-outline-offset-2';
