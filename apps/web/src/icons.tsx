import type { ReactNode } from 'react';

function Icon(props: { children: ReactNode; size?: number }) {
  const { children, size = 20 } = props;
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden
    >
      {children}
    </svg>
  );
}

export const PlusIcon = () => (
  <Icon>
    <path d="M10 4.5v11M4.5 10h11" />
  </Icon>
);
export const BackIcon = () => (
  <Icon>
    <path d="M12 4.5 6.5 10l5.5 5.5" />
  </Icon>
);
export const SendIcon = () => (
  <Icon>
    <path d="M10 15.5v-11M5.2 9.3 10 4.5l4.8 4.8" />
  </Icon>
);
export const DownIcon = () => (
  <Icon size={18}>
    <path d="M10 4.5v11M5.2 10.7l4.8 4.8 4.8-4.8" />
  </Icon>
);
export const EditIcon = () => (
  <Icon size={16}>
    <path d="m12.3 4.7 3 3L7 16H4v-3z" />
  </Icon>
);
export const DeleteIcon = () => (
  <Icon size={16}>
    <path d="M4 6h12M8 6V4h4v2M5.7 6l.6 10h7.4l.6-10" />
  </Icon>
);
export const SignOutIcon = () => (
  <Icon size={18}>
    <path d="M8 4H4.5v12H8M12.5 13.5 16 10l-3.5-3.5M16 10H8" />
  </Icon>
);
export const CloseIcon = ({ size = 18 }: { size?: number }) => (
  <Icon size={size}>
    <path d="m5.5 5.5 9 9M14.5 5.5l-9 9" />
  </Icon>
);
export const CheckIcon = () => (
  <Icon size={16}>
    <path d="m4.5 10.5 3.7 3.7 7.3-8" />
  </Icon>
);
export const WarningIcon = () => (
  <Icon size={16}>
    <path d="M10 6.5v4M10 13.4v.1M10 2.8a7.2 7.2 0 1 1 0 14.4 7.2 7.2 0 0 1 0-14.4z" />
  </Icon>
);
