import { Modal, type ModalProps } from '@mantine/core';
import { useEffect, useState } from 'react';

/** A dialog that is open as long as it is there. The focus returns to where it was before. */
export function Dialog(props: Omit<ModalProps, 'opened'>) {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      // Later, because the dialog itself still holds the focus while it goes.
      setTimeout(() => {
        if (
          before instanceof HTMLElement &&
          before.isConnected &&
          !document.querySelector('[role=dialog]')
        ) {
          before.focus();
        }
      });
    },
    [before],
  );
  return <Modal {...props} opened returnFocus={false} />;
}
