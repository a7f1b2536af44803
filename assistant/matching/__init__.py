"""An enterprise's facts against all rules."""
