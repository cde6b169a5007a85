import {
  createTheme,
  type MantineColorSchemeManager,
  type MantineColorsTuple,
} from '@mantine/core';
import { changePreferences, preferences } from '../prefs/preferences';

const ring: MantineColorsTuple = [
  '#f0fdfa',
  '#ccfbf1',
  '#99f6e4',
  '#5eead4',
  '#2dd4bf',
  '#14b8a6',
  '#0d9488',
  '#0f766e',
  '#115e59',
  '#134e4a',
];

/** Shade 7 carries white text, shade 4 is read on dark. */
const red: MantineColorsTuple = [
  '#fdeae8',
  '#f9d0cb',
  '#f3aca4',
  '#f99b8d',
  '#ff8a7a',
  '#d9482f',
  '#c93a26',
  '#b42318',
  '#921c13',
  '#75160f',
];

const dense = { defaultProps: { size: 'xs' } };

export const theme = createTheme({
  primaryColor: 'ring',
  primaryShade: { light: 7, dark: 7 },
  autoContrast: true,
  colors: { ring, red },
  fontFamily: 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif',
  fontFamilyMonospace: 'var(--mono)',
  fontSizes: { xs: '12.5px', sm: '13px', md: '14px', lg: '16px', xl: '19px' },
  defaultRadius: 'var(--radius)',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'xs', variant: 'default' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 'md' } },
    TextInput: dense,
    Textarea: dense,
    NumberInput: dense,
    Select: dense,
    MultiSelect: dense,
    Autocomplete: dense,
    SegmentedControl: dense,
    Checkbox: dense,
    Switch: dense,
    Tooltip: { defaultProps: { openDelay: 400, withArrow: true } },
    Modal: { defaultProps: { centered: true, transitionProps: { duration: 100 } } },
  },
});

/** Keeps the theme with the other preferences. */
export const colorSchemes: MantineColorSchemeManager = {
  get: () => preferences.get().theme,
  set: (value) => changePreferences({ theme: value }),
  subscribe: () => undefined,
  unsubscribe: () => undefined,
  clear: () => changePreferences({ theme: 'auto' }),
};
