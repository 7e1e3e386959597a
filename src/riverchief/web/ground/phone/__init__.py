"""手机 What phones recorded without signal comes in; patrols, cases, evidence and a receipt for each go out."""
