"""From files to arrays: tables and labels read strictly and quickly, split, scaled and described."""
