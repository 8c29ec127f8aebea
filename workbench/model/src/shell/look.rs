//! How the workbench looks.

use serde::{Deserialize, Serialize};

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the desktop is.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// All themes.
    pub const ALL: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Theme::System => "System",
            Theme::Light => "Light",
            Theme::Dark => "Dark",
        }
    }
}

/// How large everything is drawn, in percent of the desktop's size: one of the steps that browsers have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "u16", into = "u16")]
pub struct Scale(u16);

/// A change of the scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zoom {
    /// A step up.
    In,
    /// A step down.
    Out,
    /// Back to the desktop's size.
    Reset,
}

impl Scale {
    const STEPS: [u16; 11] = [50, 67, 80, 90, 100, 110, 125, 150, 175, 200, 250];

    /// In percent.
    pub fn percent(self) -> u16 {
        self.0
    }

    /// After a change; the ends stay what they are.
    #[must_use]
    pub fn zoomed(self, zoom: Zoom) -> Scale {
        let next = match zoom {
            Zoom::In => Scale::STEPS.into_iter().find(|&step| step > self.0),
            Zoom::Out => Scale::STEPS.into_iter().rev().find(|&step| step < self.0),
            Zoom::Reset => Some(100),
        };
        Scale(next.unwrap_or(self.0))
    }
}

impl Default for Scale {
    fn default() -> Scale {
        Scale(100)
    }
}

/// The nearest step that is not above.
impl From<u16> for Scale {
    fn from(percent: u16) -> Scale {
        Scale(Scale::STEPS.into_iter().rev().find(|&step| step <= percent).unwrap_or(Scale::STEPS[0]))
    }
}

impl From<Scale> for u16 {
    fn from(scale: Scale) -> u16 {
        scale.0
    }
}
