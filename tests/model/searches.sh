# The searches, read by run.sh. BUDGET: commits and Welcomes that the attackers may make up; ENTRIES: size of the table of
# chain entries, the three first ones included, so 6 is a tree of four for one person.

# What an honest run comes to, attackers or not.
reaches both_read pair -DBUDGET=0 -DENTRIES=3
reaches revoked_and_removed stolen -DBUDGET=0 -DENTRIES=4
reaches fork_settled stolen -DBUDGET=0 -DENTRIES=5
reaches chain_of_four stolen -DLATE -DBUDGET=0 -DENTRIES=6
reaches dropped_and_back stolen -DBUDGET=0 -DENTRIES=5
reaches recovered_and_in_again recover -DBUDGET=0 -DENTRIES=5
reaches both_recovered_and_in_again recover -DBUDGET=0 -DENTRIES=5
reaches put_out_and_quiet group -DBUDGET=0 -DENTRIES=3
# What the attackers come to with all rules: each is one step before something that must not be.
meets stolen_leaf_waited_for stolen -DBUDGET=0 -DENTRIES=5
meets hostile_word_read stolen -DBUDGET=0 -DENTRIES=5
meets fork_in_hand stolen -DBUDGET=0 -DENTRIES=5
meets account_taken stolen -DBUDGET=0 -DENTRIES=5
meets off_the_branch stolen -DLATE -DBUDGET=0 -DENTRIES=6
meets two_rooms alone -DBUDGET=1 -DENTRIES=4
meets stopped_by_a_member alone -DBUDGET=1 -DENTRIES=4
meets removed_member_tries group -DBUDGET=1 -DENTRIES=3

# The attacks of the audit and of the review that the model must find.
falls 2_1 1 P1 pair -DBUDGET=0 -DENTRIES=3
falls 2_1_OWN 1 P4 pair -DBUDGET=0 -DENTRIES=3
falls 2_5 3 P1 group -DBUDGET=1 -DENTRIES=3
falls 2_5 3 P2 group -DBUDGET=1 -DENTRIES=3 -DASK=ASK_P2
falls 1_CODE 4c P3 stolen -DBUDGET=0 -DENTRIES=5
falls 1_NEW_CODE A3 P3 stolen -DBUDGET=0 -DENTRIES=5
falls 2_TWO_QUESTIONS A6 P4 alone -DBUDGET=1 -DENTRIES=4
falls 2_2_ANY B2 P5 alone -DBUDGET=0 -DENTRIES=4
falls 2_2_SEAT B3 P5 recover -DBUDGET=0 -DENTRIES=5
# Further rules.
falls 2_3 2 P1 pair -DWITH_STRANGER -DBUDGET=1 -DENTRIES=3
falls 3_REMOVED 5 P2 group -DBUDGET=1 -DENTRIES=3
falls 1_RECOVERY quiet_recovery P3 recover -DBUDGET=0 -DENTRIES=5
falls 1_FORK fork P3 stolen -DBUDGET=0 -DENTRIES=5
falls 2_2_SEAL sealing_before_removal P1 alone -DBUDGET=0 -DENTRIES=4
falls 2_SPEAKER words_of_a_dropped_device P2 alone -DBUDGET=0 -DENTRIES=4
falls 2_1_BRANCH a_branch_in_the_room P5 stolen -DBUDGET=0 -DENTRIES=5

# All rules.
if [ $size = quick ]; then
    holds pair make,add,follow,welcomed,enter -DBUDGET=1 -DENTRIES=3
    holds recover given,recover,remove,add,enter,renew -DBUDGET=1 -DENTRIES=5
    holds group put_mal_out,follow,forge_commit,forge_welcome,welcomed,refuse -DBUDGET=1 -DENTRIES=3
    holds alone given,revoke,remove,follow,lose,forge_commit,forge_welcome,refuse -DBUDGET=1 -DENTRIES=4
    holds stolen given,revoke,remove,follow,look,forge_entry,recover -DBUDGET=0 -DENTRIES=5
else
    at_length
    falls 6_AGAIN a_silent_leaf_of_another_branch P5 stolen -DLATE -DNO_WELCOMES -DBUDGET=1 -DENTRIES=6
    holds pair make,add,follow,welcomed,enter -DWITH_STRANGER -DBUDGET=2 -DENTRIES=3
    holds recover given,recover,remove,add,enter,renew -DBUDGET=2 -DENTRIES=5
    holds group put_mal_out,follow,forge_commit,forge_welcome,welcomed,refuse -DBUDGET=3 -DENTRIES=3
    holds group put_mal_out,follow,forge_commit,forge_welcome,welcomed,refuse -DTWO_OF_HIS -DBUDGET=2 -DENTRIES=3
    holds stolen given,revoke,remove,follow,look,forge_entry,recover,name,four -DBUDGET=0 -DENTRIES=6
    holds stolen given,revoke,remove,follow,look,forge_entry,forge_commit,forge_welcome,refuse,recover -DBUDGET=1 -DENTRIES=5
    holds alone given,revoke,remove,follow,lose,forge_commit,forge_welcome,refuse -DBUDGET=3 -DENTRIES=4
fi
case "$only" in "  " | *" holds "*) coverage ;; esac
