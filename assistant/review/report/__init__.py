"""The reviewer and the opinion it writes."""
